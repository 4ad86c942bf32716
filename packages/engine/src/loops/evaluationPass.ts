import { type EvaluationSet, prefixed } from '../evaluation/evaluationSet.js'
import { MeanLosses } from '../evaluation/meanLosses.js'
import { breathe, type EvaluationLoopParts } from './loop.js'

export interface PassOptions {
  /** Which hooks hear of each batch; absent: none. */
  readonly stages?: { readonly before: 'beforeValIter' | 'beforeTestIter'; readonly after: 'afterValIter' | 'afterTestIter' }
  /** Also the mean loss, under this name. */
  readonly lossName?: string | undefined
  /** At most so many batches of each set. */
  readonly limit?: number
}

/**
 * One pass over every set: predictions of each batch go to the set's evaluator. Leaves `run.loaders[mode]` on the first set again.
 * @returns metrics of all sets, those of named ones as `name/…`; undefined when it was interrupted
 */
export async function evaluationPass(
  parts: EvaluationLoopParts,
  options: PassOptions = {},
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { run, sets, mode } = parts
  const metrics: Record<string, unknown> = {}
  try {
    for (const set of sets) {
      run.loaders[mode] = set.loader
      const found = await measureSet(parts, set, options)
      if (found === undefined) return undefined
      Object.assign(metrics, prefixed(set.name, found))
    }
  } finally {
    run.loaders[mode] = parts.loader
    for (const { evaluator } of sets) evaluator.reset()
  }
  return metrics
}

async function measureSet(
  { run, hooks, step }: EvaluationLoopParts,
  { loader, evaluator }: EvaluationSet,
  { stages, lossName, limit }: PassOptions,
): Promise<Record<string, unknown> | undefined> {
  const most = Math.min(limit ?? Number.POSITIVE_INFINITY, evaluator.numBatches ?? Number.POSITIVE_INFINITY)
  const losses = lossName === undefined ? undefined : new MeanLosses(lossName)
  evaluator.setDatasetMeta(loader.dataset.metainfo)
  run.model.eval()
  let index = 0
  for await (const batch of loader.batches(0)) {
    if (run.progress.interrupted) return undefined
    if (stages !== undefined) await hooks.call(stages.before, run, index, batch)
    // Before predictions are written into the samples: a loss sees what training would see.
    if (losses !== undefined) losses.add(await step.loss(batch, index), batch.data_samples.length)
    const outputs = await run.spans.measure('predict', 'predict', () => step.predict(batch))
    evaluator.process(outputs)
    if (stages !== undefined) await hooks.call(stages.after, run, index, batch, outputs)
    index++
    await breathe()
    if (index >= most) break
  }
  return { ...evaluator.evaluate(loader.dataset.length), ...losses?.means() }
}
