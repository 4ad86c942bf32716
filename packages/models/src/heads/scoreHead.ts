import { type Builder, type DataSample, MODELS, TesseraError } from '@tessera/core'
import { buildInitRules, buildModule, type HostTensor, type LossDict, type TensorBatch } from '@tessera/nn'
import { stepGuard, type tf } from '@tessera/runtime'
import { BaseLoss } from '../losses/baseLoss.js'
import { BaseHead } from './baseHead.js'

/** A head that gives one score a class, and has one loss module (`loss_module`), which can be replaced between steps. */
export abstract class ScoreHead extends BaseHead {
  private lossModule: BaseLoss
  /** Counts replacements, so that a recorded step notices. */
  private lossVersion = 0

  protected constructor(
    options: { readonly loss: object; readonly init_cfg?: Parameters<typeof buildInitRules>[0] },
    protected readonly builder: Builder,
  ) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, BaseLoss))
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
    return { loss: this.lossOf(this.forward(features), this.targetOf(batch)) }
  }

  override setLoss(config: object): void {
    const next = buildModule(this.builder, MODELS, config, BaseLoss)
    this.lossModule.dispose()
    this.lossModule = this.registerModule('loss_module', next)
    this.lossVersion++
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
      return { ...sample, pred_score: score, pred_label: this.labelsOf(score) }
    })
  }

  /** The classes that a sample's scores, after softmax or sigmoid, stand for. */
  protected abstract labelsOf(score: Float32Array): number[]

  /** The sum over all classes and samples, divided by the samples: MMPreTrain's average, whatever the loss. */
  protected lossOf(score: tf.Tensor, target: tf.Tensor): tf.Tensor {
    stepGuard(() => this.lossVersion)
    return this.lossModule.call(score, target, { avgFactor: score.shape[0] })
  }

  /** Scores [batch, classes] where the batch has them, else indices [batch]. */
  protected targetOf(batch: TensorBatch): tf.Tensor {
    const target = batch['gt_score'] ?? batch['gt_label']
    if (target !== undefined) return target
    throw new TesseraError('DATA_INVALID', {
      what: 'a batch to train on has no labels',
      got: Object.keys(batch),
      expected: 'gt_label or gt_score',
    })
  }
}
