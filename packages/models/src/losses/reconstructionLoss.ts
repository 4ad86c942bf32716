import { Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** A loss of what a model makes of hidden or of other views' features. */
export abstract class ReconstructionLoss extends Module {
  /** @param mask 1 where the loss counts, of the shape of the loss before it is averaged; default everywhere */
  abstract override forward(pred: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor
}

/** The mean of a loss where the mask says so. */
export function maskedMean(loss: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor {
  if (mask === undefined) return tf.mean(loss)
  return tf.div(tf.sum(tf.mul(loss, mask)), tf.sum(mask))
}

/** x of length 1 along the last axis; what is shorter than 1e-12 is divided by that (PyTorch's normalize). */
export function unitLength(x: tf.Tensor): tf.Tensor {
  // The root of the larger, not the larger root: its gradient at zero is zero.
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), -1, true), 1e-24)))
}
