import { tf } from '@tessera/runtime'

/** The norm of all tensors seen as one vector. */
export function totalNorm(tensors: readonly tf.Tensor[], p: number): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0)
  if (p === Number.POSITIVE_INFINITY) return tf.max(tf.stack(tensors.map((tensor) => tf.max(tf.abs(tensor)))))
  if (p === 2) return tf.sqrt(tf.addN(tensors.map((tensor) => tf.sum<tf.Scalar>(tf.square(tensor)))))
  if (p === 1) return tf.addN(tensors.map((tensor) => tf.sum<tf.Scalar>(tf.abs(tensor))))
  return tf.pow(tf.addN(tensors.map((tensor) => tf.sum<tf.Scalar>(tf.pow(tf.abs(tensor), p)))), 1 / p)
}
