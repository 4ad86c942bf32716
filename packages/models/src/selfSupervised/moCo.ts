import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import type { MomentumEncoder } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ContrastiveHead } from '../heads/contrastiveHead.js'
import { selfSupervisorEntries } from './baseSelfSupervisor.js'
import { type EncoderPair, momentumEncoder } from './encoderPair.js'
import { FeatureQueue, unitRows } from './featureQueue.js'
import { TwoViews } from './twoViews.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...selfSupervisorEntries,
  /** Features of earlier batches that the batch is told from; a multiple of the batch size. */
  queue_len: v.optional(count, 65536),
  /** Width of a feature: what the neck gives. */
  feat_dim: v.optional(count, 128),
  /** The new weights' share in the momentum encoder. */
  momentum: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 0.001),
})

interface MoCoConfig extends ConfigOf<'MoCo', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MoCo: MoCoConfig
  }
}

/** A view is told from a queue of earlier features by a momentum encoder (He et al. 2019, arXiv 1911.05722; v2: arXiv 2003.04297). */
@MODELS.registerModule()
export class MoCo extends TwoViews {
  static readonly schema = schema
  private readonly contrast: ContrastiveHead
  private readonly keys: MomentumEncoder<EncoderPair>
  private readonly queue: FeatureQueue

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.contrast = this.need('head', ContrastiveHead)
    const { backbone, neck } = options
    if (neck == null) throw new TesseraError('INVALID_OPTIONS', { what: 'a momentum encoder needs a neck', path: 'neck', got: neck })
    this.queue = new FeatureQueue(this, 'queue', options.feat_dim, options.queue_len)
    const average = { type: 'ExponentialMovingAverage', momentum: options.momentum }
    const encoder = momentumEncoder({ backbone: this.backbone, neck: this.projector }, { backbone, neck }, average, builder)
    // Making the pair took the two as its children; their names are those below this module.
    this.registerModule('backbone', this.backbone)
    this.registerModule('neck', this.projector)
    this.keys = this.registerModule('encoder_k', encoder)
  }

  protected override compare(first: tf.Tensor4D, second: tf.Tensor4D): tf.Tensor {
    const query = unitRows(this.project(first))
    this.keys.follow()
    // In one process MMPreTrain's shuffling of the batch changes nothing: batch norms see the same images.
    const key = unitRows(this.keys.call(second))
    const loss = this.contrast.call(tf.sum(tf.mul(query, key), 1, true), this.queue.similarities(query))
    this.queue.push(key)
    return loss
  }
}
