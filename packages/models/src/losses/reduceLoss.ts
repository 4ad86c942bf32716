import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'

export const REDUCTIONS = ['none', 'mean', 'sum'] as const
export type Reduction = (typeof REDUCTIONS)[number]

export interface LossCallOptions {
  /** One factor a sample [batch]. */
  readonly weight?: tf.Tensor | undefined
  /** With reduction 'mean': divide the sum by this instead of the count. */
  readonly avgFactor?: number | undefined
  /** For this call, instead of the configured reduction. */
  readonly reductionOverride?: Reduction | undefined
}

/** Weighs and reduces elementwise losses. `avgFactor` goes with 'mean' only; 'none' ignores it, as MMPreTrain does. */
export function reduceLoss(loss: tf.Tensor, configured: Reduction, options: LossCallOptions): tf.Tensor {
  const reduction = options.reductionOverride ?? configured
  const { weight, avgFactor } = options
  const weighed = weight === undefined ? loss : tf.mul(loss, alignWeight(weight, loss))
  if (reduction === 'none') return weighed
  if (avgFactor === undefined) return reduction === 'mean' ? tf.mean(weighed) : tf.sum(weighed)
  if (reduction === 'mean') return tf.div(tf.sum(weighed), avgFactor)
  throw new TesseraError('INVALID_ARGUMENT', {
    what: 'an average factor cannot be used with this reduction',
    got: 'sum',
    expected: "'mean'",
  })
}

/** A weight a sample counts for each of its classes. */
function alignWeight(weight: tf.Tensor, loss: tf.Tensor): tf.Tensor {
  return weight.rank === 1 && loss.rank > 1 ? tf.reshape(weight, [-1, ...loss.shape.slice(1).map(() => 1)]) : weight
}
