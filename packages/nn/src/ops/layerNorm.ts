import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/** (x − mean) / √(variance + eps) over the last axis, then `· weight + bias` (Ba et al. 2016, arXiv 1607.06450). */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor {
  const features = weight.shape[0] ?? 1
  return differentiable([x, weight, bias], (save) => {
    const centred = tf.sub(x, tf.mean(x, -1, true))
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps))
    const normalized = tf.mul(centred, scale)
    save([normalized, scale, weight])
    return {
      value: tf.add(tf.mul(normalized, weight), bias),
      gradFunc: (dy, saved) => {
        const [xHat, rstd, w] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
        const dXHat = tf.mul(dy, w)
        const along = tf.mul(xHat, tf.mean(tf.mul(dXHat, xHat), -1, true))
        const dx = tf.mul(tf.sub(tf.sub(dXHat, tf.mean(dXHat, -1, true)), along), rstd)
        const rows = [-1, features]
        return [dx, tf.sum(tf.reshape(tf.mul(dy, xHat), rows), 0), tf.sum(tf.reshape(dy, rows), 0)]
      },
    }
  })
}
