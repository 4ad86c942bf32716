import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  type DataSample,
  inject,
  MODELS,
  type ModelTypes,
  TesseraError,
} from '@tessera/core'
import { BaseModel, buildModule, type HostTensor, type LossDict, type Module, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { preprocessorSchema } from '../classifiers/preprocessorConfig.js'
import { ViewsPreprocessor, viewsOf } from './viewsPreprocessor.js'

const schema = v.strictObject({
  /** The model to test; `tools/test.ts --tta` puts the config's `model` here. */
  module: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** For a model that has none of its own. */
  data_preprocessor: preprocessorSchema,
})

interface AverageClsScoreTTAConfig extends ConfigOf<'AverageClsScoreTTA', typeof schema> {}
declare module '@tessera/core' {
  interface ModelTypes {
    AverageClsScoreTTA: AverageClsScoreTTAConfig
  }
}

/**
 * Test-time augmentation: a classifier's scores, averaged over the views of an image that TestTimeAug makes (MMPreTrain's
 * AverageClsScoreTTA). Its state is the model's, under the model's names.
 */
@MODELS.registerModule()
export class AverageClsScoreTTA extends BaseModel {
  static readonly schema = schema
  override readonly dataPreprocessor: ViewsPreprocessor
  private readonly module: BaseModel

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const { module, data_preprocessor } = options
    if (module == null) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'AverageClsScoreTTA needs the model to test',
        path: 'model.module',
        hint: "As tta_model it is given the config's model by --tta.",
      })
    }
    const own: unknown = Reflect.get(module, 'data_preprocessor')
    const config = data_preprocessor != null && own == null ? { ...module, data_preprocessor } : module
    this.module = this.registerModule('module', buildModule(builder, MODELS, config, BaseModel))
    this.dataPreprocessor = new ViewsPreprocessor(this.module.dataPreprocessor)
  }

  /** The model's own names, so that its checkpoints fit. */
  protected override addModules(found: [string, Module][], prefix: string): void {
    found.push([prefix, this], ...this.module.namedModules(prefix))
  }

  /** The mean loss of the first view: what the model itself would lose. */
  override loss(batch: TensorBatch): LossDict {
    return this.module.loss(batch)
  }

  override forward(batch: TensorBatch): tf.Tensor {
    return tf.tidy(() => {
      const scores = viewsOf(batch).map((inputs) => this.scoresOf({ inputs }))
      return tf.div(tf.addN(scores), scores.length)
    })
  }

  override predict(batch: TensorBatch): Record<string, tf.Tensor> {
    return { pred_score: this.forward(batch) }
  }

  override attachPredictions(predictions: Readonly<Record<string, HostTensor>>, samples: readonly DataSample[]): DataSample[] {
    return this.module.attachPredictions(predictions, samples)
  }

  private scoresOf(batch: TensorBatch): tf.Tensor {
    const { pred_score } = this.module.predict(batch)
    if (pred_score !== undefined) return pred_score
    throw new TesseraError('UNSUPPORTED', {
      what: 'only the scores of classifiers can be averaged',
      path: 'model.module',
      got: this.module.constructor.name,
    })
  }
}
