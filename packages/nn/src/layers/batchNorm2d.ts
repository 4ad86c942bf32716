import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Buffer, ones, Parameter } from '../module/parameter.js'
import { batchNorm } from '../ops/batchNorm.js'
import { NormLayer } from './normLayer.js'

const schema = v.strictObject({
  /** Added to the variance. */
  eps: v.optional(v.pipe(v.number(), v.minValue(0)), 1e-5),
  /** How much of each batch goes into the running statistics; null: the average of all batches so far. */
  momentum: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), 0.1),
  /** False: no weight and bias. */
  affine: v.optional(v.boolean(), true),
  /** False: no running statistics; evaluation normalizes by its own batch, too. */
  track_running_stats: v.optional(v.boolean(), true),
  /** False freezes weight and bias. */
  requires_grad: v.optional(v.boolean(), true),
})

interface BatchNormConfig extends ConfigOf<'BN', typeof schema> {}
interface BatchNorm1dConfig extends ConfigOf<'BN1d', typeof schema> {}
interface BatchNorm2dConfig extends ConfigOf<'BN2d', typeof schema> {}
interface SyncBatchNormConfig extends ConfigOf<'SyncBN', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BN: BatchNormConfig
    BN1d: BatchNorm1dConfig
    BN2d: BatchNorm2dConfig
    SyncBN: SyncBatchNormConfig
  }
}

interface RunningStatistics {
  readonly mean: Buffer
  readonly variance: Buffer
  readonly batches: Buffer
}

/**
 * Batch normalization of [batch, …places, channels], of images as of vectors (Ioffe & Szegedy 2015, arXiv 1502.03167). Training normalizes by the batch and moves
 * the running statistics (the variance unbiased, as PyTorch's); evaluation normalizes by those. SyncBN in one process is the same.
 */
@MODELS.registerModule({ name: ['BN', 'BN1d', 'BN2d', 'SyncBN'] })
export class BatchNorm2d extends NormLayer {
  static readonly schema = schema
  /** Names that an `init_cfg` written for PyTorch may call this layer by. */
  static readonly layerNames = ['_BatchNorm', 'BatchNorm1d', 'SyncBatchNorm']
  override readonly abbreviation = 'bn'
  /** Keep to the running statistics in training too (a backbone's `norm_eval`). */
  evalOnly = false
  private readonly eps: number
  /** How much of each batch goes into the running statistics; null: the average of all so far. PreciseBNHook sets it for a while. */
  momentum: number | null
  readonly weight: Parameter | undefined
  readonly bias: Parameter | undefined
  private readonly running: RunningStatistics | undefined

  constructor(
    options: v.InferInput<typeof schema>,
    readonly features: number,
  ) {
    super()
    if (!Number.isInteger(features) || features <= 0) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'a norm layer needs a number of channels',
        got: features,
        expected: 'a positive integer',
      })
    }
    this.eps = options.eps ?? 1e-5
    this.momentum = options.momentum === undefined ? 0.1 : options.momentum
    if (options.affine !== false) {
      this.weight = this.registerParameter('weight', new Parameter([features], { init: ones }))
      this.bias = this.registerParameter('bias', new Parameter([features]))
      if (options.requires_grad === false) for (const parameter of [this.weight, this.bias]) parameter.requiresGrad = false
    }
    if (options.track_running_stats !== false) {
      this.running = {
        mean: this.registerBuffer('running_mean', new Buffer([features])),
        variance: this.registerBuffer('running_var', new Buffer([features], { init: ones })),
        batches: this.registerBuffer('num_batches_tracked', new Buffer([])),
      }
    }
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const weight = this.weight?.variable ?? tf.ones([this.features])
    const bias = this.bias?.variable ?? tf.zeros([this.features])
    const { running } = this
    if (!this.training && running !== undefined) {
      const slope = tf.mul(tf.rsqrt(tf.add(running.variance.variable, this.eps)), weight)
      return tf.add(tf.mul(input, slope), tf.sub(bias, tf.mul(running.mean.variable, slope)))
    }
    const places = input.size / this.features
    if (places <= 1 && this.training) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'batch norm cannot train on a single value a channel',
        path: this.path,
        got: input.shape,
        expected: 'a larger batch or image',
      })
    }
    return batchNorm(input, weight, bias, this.eps, (mean, variance) => {
      if (running !== undefined && this.training) this.track(running, mean, tf.mul(variance, places / (places - 1)))
    })
  }

  protected override onTrain(mode: boolean): void {
    super.onTrain(mode && !this.evalOnly)
  }

  /** An op on variables, so that a recorded step keeps doing it. */
  private track(running: RunningStatistics, mean: tf.Tensor, variance: tf.Tensor): void {
    const batches = tf.add(running.batches.variable, 1)
    running.batches.variable.assign(batches)
    const share = this.momentum ?? tf.reciprocal(batches)
    for (const [state, found] of [
      [running.mean, mean],
      [running.variance, variance],
    ] as const) {
      state.variable.assign(tf.add(state.variable, tf.mul(tf.sub(found, state.variable), share)))
    }
  }
}
