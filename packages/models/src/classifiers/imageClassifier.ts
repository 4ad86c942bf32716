import {
  BATCH_AUGMENTS,
  type BatchAugmentTypes,
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  componentConfigs,
  type DataSample,
  type HasLayerDepth,
  hasLayerDepth,
  inject,
  type LayerDepth,
  MODELS,
  type ModelTypes,
  TesseraError,
} from '@tessera/core'
import {
  BaseDataPreprocessor,
  BaseModel,
  buildInitRules,
  buildModule,
  type HostTensor,
  initCfgSchema,
  type LossDict,
  type TensorBatch,
} from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseBackbone } from '../backbones/baseBackbone.js'
import { BaseHead } from '../heads/baseHead.js'
import type { BaseNeck } from '../necks/baseNeck.js'
import { buildNeck } from '../necks/neckSequence.js'
import { preprocessorConfig, preprocessorSchema } from './preprocessorConfig.js'

const schema = v.strictObject({
  backbone: componentConfig<ModelTypes>(MODELS),
  /** What stands between backbone and head; a list is a sequence, each neck fed by the one before it. */
  neck: v.nullish(v.union([componentConfig<ModelTypes>(MODELS), componentConfigs<ModelTypes>(MODELS)])),
  /** Without one the model only extracts features. */
  head: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** A file or folder of weights to start from: the same as `init_cfg` of type 'Pretrained', and instead of it. */
  pretrained: v.nullish(v.string()),
  /** `augments` (Mixup, CutMix, …) and their `probs`: handed to the preprocessor as `batch_augments`. */
  train_cfg: v.nullish(
    v.strictObject({
      augments: v.optional(
        v.union([componentConfigs<BatchAugmentTypes>(BATCH_AUGMENTS), componentConfig<BatchAugmentTypes>(BATCH_AUGMENTS)]),
      ),
      probs: v.nullish(v.union([v.number(), v.array(v.number())])),
    }),
  ),
  /** Default type: ClsDataPreprocessor. */
  data_preprocessor: preprocessorSchema,
  init_cfg: initCfgSchema,
})

interface ImageClassifierConfig extends ConfigOf<'ImageClassifier', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ImageClassifier: ImageClassifierConfig
  }
}

/** How far `extractFeat` goes. */
export type FeatureStage = 'backbone' | 'neck' | 'pre_logits'

/** Backbone, by choice a neck, and a head, for one label or many an image (MMPreTrain's ImageClassifier). */
@MODELS.registerModule()
export class ImageClassifier extends BaseModel implements HasLayerDepth {
  static readonly schema = schema
  override readonly dataPreprocessor: BaseDataPreprocessor
  readonly backbone: BaseBackbone
  readonly neck: BaseNeck | undefined
  readonly head: BaseHead | undefined

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const pretrained = options.pretrained ? ({ type: 'Pretrained', checkpoint: options.pretrained } as const) : undefined
    this.initRules = buildInitRules(pretrained ?? options.init_cfg, builder)
    const preprocessor = preprocessorConfig(options.data_preprocessor, options.train_cfg)
    this.dataPreprocessor = this.registerModule('data_preprocessor', buildModule(builder, MODELS, preprocessor, BaseDataPreprocessor))
    this.backbone = this.registerModule('backbone', buildModule(builder, MODELS, options.backbone, BaseBackbone))
    if (options.neck) this.neck = this.registerModule('neck', buildNeck(builder, options.neck))
    if (options.head) this.head = this.registerModule('head', buildModule(builder, MODELS, options.head, BaseHead))
  }

  /** Scores of a preprocessed batch [batch, classes] (mode 'tensor'); features where there is no head. */
  override forward(batch: TensorBatch): tf.Tensor | readonly tf.Tensor[] {
    const features = this.extractFeat(batch.inputs)
    return this.head === undefined ? features : this.head.call(features)
  }

  override loss(batch: TensorBatch): LossDict {
    return this.needHead('train').loss(this.extractFeat(batch.inputs), batch)
  }

  override setLoss(config: object): void {
    this.needHead('train').setLoss(config)
  }

  override predict(batch: TensorBatch): Record<string, tf.Tensor> {
    return this.needHead('predict').predict(this.extractFeat(batch.inputs))
  }

  override attachPredictions(predictions: Readonly<Record<string, HostTensor>>, samples: readonly DataSample[]): DataSample[] {
    return this.needHead('predict').attachPredictions(predictions, samples)
  }

  /** Features of preprocessed images, by default those that the head sees. Stage 'pre_logits' gives one tensor in the list. */
  extractFeat(inputs: tf.Tensor4D, stage: FeatureStage = 'neck'): readonly tf.Tensor[] {
    const features = this.backbone.call(inputs)
    if (stage === 'backbone') return features
    const necked = this.neck === undefined ? features : this.neck.call(features)
    return stage === 'pre_logits' ? [this.needHead('give pre_logits').preLogits(necked)] : necked
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    if (hasLayerDepth(this.backbone)) return this.backbone.getLayerDepth(paramName, `${prefix}backbone.`)
    throw new TesseraError('NO_LAYER_DEPTH', {
      what: 'the backbone does not say how deep its layers are',
      path: 'model.backbone',
      got: this.backbone.constructor.name,
      expected: 'a class with getLayerDepth(paramName, prefix)',
    })
  }

  private needHead(purpose: string): BaseHead {
    if (this.head !== undefined) return this.head
    throw new TesseraError('INVALID_OPTIONS', {
      what: `a classifier without a head cannot ${purpose}`,
      path: 'model.head',
      got: undefined,
      expected: "a head, such as { type: 'LinearClsHead', … }",
    })
  }
}
