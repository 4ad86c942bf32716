import { TesseraError } from '@tessera/core'
import { type Config, own } from './configSections.js'

/**
 * A config whose model is tested with test-time augmentation: `tta_model` around the model, `tta_pipeline` as the test set's (MMEngine's
 * build_runner_with_tta, MMPreTrain's `--tta`). Without them: the scores of the image and of its mirror image, averaged.
 * @throws TesseraError INVALID_CONFIG where there is no test pipeline to change
 */
export function withTestTimeAugmentation(config: Config): Record<string, unknown> {
  const model = own(config, 'tta_model') ?? { type: 'AverageClsScoreTTA' }
  const loader = own(config, 'test_dataloader')
  if (!isRecord(model) || !isRecord(loader)) throw noPipeline(isRecord(model) ? 'test_dataloader' : 'tta_model')
  return {
    ...config,
    model: { ...model, module: own(config, 'model') },
    test_dataloader: { ...loader, dataset: withPipeline(own(loader, 'dataset'), own(config, 'tta_pipeline')) },
    tta_model: null,
    tta_pipeline: null,
  }
}

/** The data set, or the one inside it, with another pipeline. */
function withPipeline(dataset: unknown, given: unknown): Record<string, unknown> {
  if (!isRecord(dataset)) throw noPipeline('test_dataloader.dataset')
  const pipeline = own(dataset, 'pipeline')
  if (Array.isArray(pipeline) && pipeline.length > 0) return { ...dataset, pipeline: given ?? flipping(pipeline) }
  if (isRecord(own(dataset, 'dataset'))) return { ...dataset, dataset: withPipeline(own(dataset, 'dataset'), given) }
  throw noPipeline('test_dataloader.dataset.pipeline')
}

/** The pipeline, its last step (which packs) done twice: of the mirror image, and of the image. */
function flipping(pipeline: readonly unknown[]): unknown[] {
  const flips = [1, 0].map((prob) => ({ type: 'RandomFlip', prob }))
  return [...pipeline.slice(0, -1), { type: 'TestTimeAug', transforms: [flips, [pipeline.at(-1)]] }]
}

function isRecord(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function noPipeline(path: string): TesseraError {
  return new TesseraError('INVALID_CONFIG', {
    what: 'test-time augmentation needs a test set with a pipeline',
    path,
    hint: 'Give the config a test_dataloader whose dataset has a pipeline.',
  })
}
