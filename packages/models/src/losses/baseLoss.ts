import { Module } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import type { LossCallOptions } from './reduceLoss.js'

/** A loss of classification scores. */
export abstract class BaseLoss extends Module {
  /**
   * @param score [batch, classes], before softmax or sigmoid
   * @param target class indices [batch], or one value a class [batch, classes]
   */
  abstract override forward(score: tf.Tensor, target: tf.Tensor, options?: LossCallOptions): tf.Tensor
}
