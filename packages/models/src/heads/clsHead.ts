import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { initCfgSchema, type LossDict, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ScoreHead } from './scoreHead.js'
import { topKAccuracy } from './topKAccuracy.js'

const topk = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Options that every classification head has. */
export const clsHeadEntries = {
  /** Default: cross entropy. */
  loss: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** For `cal_acc`. */
  topk: v.optional(v.union([topk, v.array(topk)]), [1]),
  /** Log the accuracy of each training batch; needs hard labels. */
  cal_acc: v.optional(v.boolean(), false),
  init_cfg: initCfgSchema,
}

const schema = v.strictObject(clsHeadEntries)

interface ClsHeadConfig extends ConfigOf<'ClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ClsHead: ClsHeadConfig
  }
}

export type ClsHeadOptions = v.InferOutput<typeof schema>

/** A head without layers: the last feature is the score. Base of the heads that have some (MMPreTrain's ClsHead). */
@MODELS.registerModule()
export class ClsHead extends ScoreHead {
  static readonly schema: v.GenericSchema = schema
  private readonly topk: readonly number[]
  protected readonly calAcc: boolean

  constructor(options: ClsHeadOptions, @inject(BUILDER) builder: Builder) {
    super({ ...options, loss: options.loss ?? { type: 'CrossEntropyLoss' } }, builder)
    this.topk = [options.topk].flat()
    this.calAcc = options.cal_acc
  }

  override loss(features: readonly tf.Tensor[], batch: TensorBatch): LossDict {
    const score = this.forward(features)
    const target = this.targetOf(batch)
    const loss = this.lossOf(score, target)
    return this.calAcc ? { loss, ...this.accuracy(score, target) } : { loss }
  }

  override predict(features: readonly tf.Tensor[]): Record<string, tf.Tensor> {
    return { pred_score: tf.softmax(this.forward(features)) }
  }

  protected override labelsOf(score: Float32Array): number[] {
    return [score.indexOf(Math.max(...score))]
  }

  protected accuracy(score: tf.Tensor, target: tf.Tensor): Record<string, tf.Tensor> {
    if (target.rank !== 1) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'cal_acc has no meaning with soft labels',
        path: this.path,
        hint: 'Turn cal_acc off, or the batch augments (Mixup, CutMix) that mix labels.',
      })
    }
    return Object.fromEntries(this.topk.map((k) => [`accuracy_top-${k}`, topKAccuracy(score, target, k)]))
  }
}
