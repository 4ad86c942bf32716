import { tf } from '@tessera/runtime'

/**
 * Class indices [batch] → float32 [batch, classes]; an index that is no class gives a row of zeros.
 * By way of int32: tfjs's wasm kernel writes integers whatever dtype it is asked for.
 */
export function oneHot(labels: tf.Tensor, classes: number): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.cast(labels, 'int32') as tf.Tensor1D, classes), 'float32') as tf.Tensor2D
}
