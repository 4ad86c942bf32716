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
import { buildInitRules, buildModule, type HostTensor, initCfgSchema, type LossDict, type TensorBatch } from '@tessera/nn'
import { stepGuard, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from '../losses/baseLoss.js'
import { BaseHead } from './baseHead.js'
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
export class ClsHead extends BaseHead {
  static readonly schema: v.GenericSchema = schema
  private lossModule: BaseLoss
  /** Counts replacements, so that a recorded step notices. */
  private lossVersion = 0
  private readonly topk: readonly number[]
  private readonly calAcc: boolean

  constructor(
    options: ClsHeadOptions,
    @inject(BUILDER) private readonly builder: Builder,
  ) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.lossModule = this.registerModule(
      'loss_module',
      buildModule(builder, MODELS, options.loss ?? { type: 'CrossEntropyLoss' }, BaseLoss),
    )
    this.topk = [options.topk].flat()
    this.calAcc = options.cal_acc
  }

  override preLogits(features: readonly tf.Tensor[]): tf.Tensor {
    const last = features.at(-1)
    if (last !== undefined) return last
    throw new TesseraError('SHAPE_MISMATCH', { what: 'a head got no features', path: this.path, expected: 'one tensor or more' })
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    return this.preLogits(features)
  }

  override loss(features: readonly tf.Tensor[], batch: TensorBatch): LossDict {
    const score = this.forward(features)
    const soft = batch['gt_score']
    const target = soft ?? batch['gt_label']
    if (target === undefined) {
      throw new TesseraError('DATA_INVALID', {
        what: 'a batch to train on has no labels',
        got: Object.keys(batch),
        expected: 'gt_label or gt_score',
      })
    }
    stepGuard(() => this.lossVersion)
    const loss = this.lossModule.call(score, target)
    return this.calAcc ? { loss, ...this.accuracy(score, target) } : { loss }
  }

  override setLoss(config: object): void {
    const next = buildModule(this.builder, MODELS, config, BaseLoss)
    this.lossModule.dispose()
    this.lossModule = this.registerModule('loss_module', next)
    this.lossVersion++
  }

  override predict(features: readonly tf.Tensor[]): Record<string, tf.Tensor> {
    return { pred_score: tf.softmax(this.forward(features)) }
  }

  override attachPredictions(predictions: Readonly<Record<string, HostTensor>>, samples: readonly DataSample[]): DataSample[] {
    const scores = predictions['pred_score']
    const [rows = 0, classes = 0] = scores?.shape ?? []
    if (scores === undefined || rows !== samples.length) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'predictions and samples do not pair up',
        path: 'pred_score',
        got: scores?.shape,
        expected: `${samples.length} rows`,
      })
    }
    return samples.map((sample, row) => {
      const score = Float32Array.from(scores.data.subarray(row * classes, (row + 1) * classes))
      return { ...sample, pred_score: score, pred_label: [score.indexOf(Math.max(...score))] }
    })
  }

  private accuracy(score: tf.Tensor, target: tf.Tensor): Record<string, tf.Tensor> {
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
