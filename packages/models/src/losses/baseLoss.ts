import { Module } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import type { Reduction } from './reduceLoss.js'

export interface LossCallOptions {
  /** One factor a sample [batch]. */
  readonly weight?: tf.Tensor | undefined
  /** With reduction 'mean': divide the sum by this instead of the count. */
  readonly avgFactor?: number | undefined
  /** For this call, instead of the configured reduction. */
  readonly reductionOverride?: Reduction | undefined
}

/** A loss of classification scores. */
export abstract class BaseLoss extends Module {
  /**
   * @param score [batch, classes], before softmax or sigmoid
   * @param target class indices [batch], or one value a class [batch, classes]
   */
  abstract override forward(score: tf.Tensor, target: tf.Tensor, options?: LossCallOptions): tf.Tensor
}
