import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'

/** The one feature as a vector for each sample: a map's average, or all of it in PyTorch's order (channels first). */
export function pooledVector(features: readonly tf.Tensor[], pool: boolean, path: string): tf.Tensor2D {
  const [feature] = features
  if (feature === undefined || features.length !== 1 || (feature.rank !== 2 && feature.rank !== 4)) {
    throw new TesseraError('SHAPE_MISMATCH', {
      what: 'this neck takes one feature',
      path,
      got: features.map(({ shape }) => shape),
      expected: '[batch, rows, columns, channels] or [batch, channels]',
    })
  }
  if (feature.rank === 2) return feature as tf.Tensor2D
  if (pool) return tf.mean(feature, [1, 2])
  return tf.reshape(tf.transpose(feature, [0, 3, 1, 2]), [feature.shape[0] ?? 0, -1])
}
