import { type Builder, TesseraError } from '@tessera/core'
import type { MomentumEncoder } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { type SelfSupervisorOptions, selfSupervisorEntries } from './baseSelfSupervisor.js'
import { type EncoderPair, momentumEncoder } from './encoderPair.js'
import { TwoViews } from './twoViews.js'

/** Options of an algorithm with a momentum encoder. @param momentum the default share of the new weights */
export function momentumEntries(momentum: number) {
  return {
    ...selfSupervisorEntries,
    /** The new weights' share in the momentum encoder at the start; it falls to 0 along a cosine over the run. */
    base_momentum: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), momentum),
  }
}

/** Two views, and a second network that follows the first slowly and gives the targets. */
export abstract class MomentumViews extends TwoViews {
  private readonly momentum: MomentumEncoder<EncoderPair>

  /** @param name of the second network in the state dict */
  constructor(options: SelfSupervisorOptions & { base_momentum: number }, name: string, builder: Builder) {
    super(options, builder)
    const { backbone, neck } = options
    if (neck == null) throw new TesseraError('INVALID_OPTIONS', { what: 'a momentum encoder needs a neck', path: 'neck', got: neck })
    const average = { type: 'CosineEMA', momentum: options.base_momentum }
    const encoder = momentumEncoder({ backbone: this.backbone, neck: this.projector }, { backbone, neck }, average, builder)
    // Making the pair took the two as its children; their names are those below this module.
    this.registerModule('backbone', this.backbone)
    this.registerModule('neck', this.projector)
    this.momentum = this.registerModule(name, encoder)
  }

  /** Moves the second network, and has it project both views. What it gives is not trained: its parameters are no parameters of the tape. */
  protected targets(first: tf.Tensor4D, second: tf.Tensor4D): [tf.Tensor, tf.Tensor] {
    this.momentum.follow()
    return [this.momentum.call(first), this.momentum.call(second)]
  }
}
