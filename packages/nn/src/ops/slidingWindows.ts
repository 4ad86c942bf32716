import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'
import { fold, positionsOf, type Sliding, unfold } from './patches.js'

/**
 * What a sliding window sees at each of its positions, channel by channel as PyTorch's Unfold has it:
 * [batch, height, width, channels] → [batch, rows, columns, channels · taps].
 */
export function slidingWindows(input: tf.Tensor4D, sliding: Sliding): tf.Tensor4D {
  const [batch, height, width, channels] = input.shape
  const [rows, columns] = positionsOf(height, width, sliding)
  const [down, across] = sliding.kernel
  const taps = down * across
  const tiles = down === sliding.strides[0] && across === sliding.strides[1] && rows * down === height && columns * across === width
  if (tiles) {
    const cut = tf.reshape(input, [batch, rows, down, columns, across, channels])
    return tf.reshape(tf.transpose(cut, [0, 1, 3, 5, 2, 4]), [batch, rows, columns, channels * taps])
  }
  const windows = differentiable([input], () => ({
    value: unfold(input, sliding),
    gradFunc: (dy) => [fold(dy as tf.Tensor5D, height, width, sliding)],
  }))
  return tf.reshape(tf.transpose(windows, [0, 1, 2, 4, 3]), [batch, rows, columns, channels * taps])
}
