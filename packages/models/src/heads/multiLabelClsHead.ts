import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema, type LossDict, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { oneHotTarget } from '../losses/oneHotTarget.js'
import { ScoreHead } from './scoreHead.js'

/** Options that every multi-label head has. */
export const multiLabelHeadEntries = {
  /** Default: cross entropy of each class for itself (`use_sigmoid`). */
  loss: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Classes with at least this probability are predicted. Default 0.5, unless `topk` is given. */
  thr: v.nullish(v.number()),
  /** So many classes are predicted, the most probable ones; only without `thr`. */
  topk: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1))),
  init_cfg: initCfgSchema,
}

const schema = v.strictObject(multiLabelHeadEntries)

interface MultiLabelClsHeadConfig extends ConfigOf<'MultiLabelClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MultiLabelClsHead: MultiLabelClsHeadConfig
  }
}

/** A head without layers for images that have any number of labels: sigmoid instead of softmax (MMPreTrain's MultiLabelClsHead). */
@MODELS.registerModule()
export class MultiLabelClsHead extends ScoreHead {
  static readonly schema: v.GenericSchema = schema
  private readonly threshold: number | undefined
  private readonly topk: number

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super({ ...options, loss: options.loss ?? { type: 'CrossEntropyLoss', use_sigmoid: true } }, builder)
    this.threshold = options.thr ?? (typeof options.topk === 'number' ? undefined : 0.5)
    this.topk = options.topk ?? 0
  }

  override loss(features: readonly tf.Tensor[], batch: TensorBatch): LossDict {
    const score = this.forward(features)
    // A batch in which each image has one label comes with indices.
    return { loss: this.lossOf(score, oneHotTarget(this.targetOf(batch), score, this.path)) }
  }

  override predict(features: readonly tf.Tensor[]): Record<string, tf.Tensor> {
    return { pred_score: tf.sigmoid(this.forward(features)) }
  }

  protected override labelsOf(score: Float32Array): number[] {
    const classes = Array.from(score.keys())
    const { threshold, topk } = this
    if (threshold !== undefined) return classes.filter((one) => (score[one] ?? 0) >= threshold)
    return classes.sort((a, b) => (score[b] ?? 0) - (score[a] ?? 0)).slice(0, topk)
  }
}
