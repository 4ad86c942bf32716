import { oneHot } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** Percent of samples whose class is among the k highest scores; ties go to the class with the lower index. On the device, no read-back. */
export function topKAccuracy(score: tf.Tensor, target: tf.Tensor, k: number): tf.Scalar {
  const classes = score.shape[1] ?? 0
  const mask = oneHot(target, classes)
  const own = tf.sum(tf.mul(score, mask), 1, true)
  const index = tf.range(0, classes, 1, 'int32')
  const earlier = tf.less(index, tf.expandDims(tf.cast(target, 'int32'), 1))
  const ahead = tf.logicalOr(tf.greater(score, own), tf.logicalAnd(tf.equal(score, own), earlier))
  const rank = tf.sum(tf.cast(ahead, 'float32'), 1)
  return tf.mul(tf.mean(tf.cast(tf.less(rank, k), 'float32')), 100) as tf.Scalar
}
