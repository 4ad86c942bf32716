import { tf } from '@tessera/runtime'

/**
 * The place of each patch in a random order: [batch, patches] int32, a permutation of 0 … patches − 1 in each row.
 * @param noise [batch, patches]; the order is by rising value
 */
export function ranksOf(noise: tf.Tensor2D): tf.Tensor2D {
  const patches = noise.shape[1]
  const ascending = (x: tf.Tensor) => tf.topk(tf.neg(x), patches, true).indices
  // Sorting a permutation gives its inverse.
  return ascending(tf.cast(ascending(noise), 'float32')) as tf.Tensor2D
}

/**
 * Rows that pick patches: [batch, kept, patches], 1 where a patch stands at that place of the order, else 0. A product with it takes the
 * first patches out (x → [batch, kept, dims]); one with its transpose puts them back. Products have gradients on every backend.
 */
export function picksOf(ranks: tf.Tensor2D, kept: number): tf.Tensor3D {
  const places = tf.reshape(tf.range(0, kept, 1, 'int32'), [1, kept, 1])
  return tf.cast(tf.equal(tf.expandDims(ranks, 1), places), 'float32') as tf.Tensor3D
}

/** [batch, patches]: 1 for those that are not among the first `kept`, else 0. */
export function maskOf(ranks: tf.Tensor2D, kept: number): tf.Tensor2D {
  return tf.cast(tf.greaterEqual(ranks, tf.scalar(kept, 'int32')), 'float32') as tf.Tensor2D
}
