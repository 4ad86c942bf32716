import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/**
 * (x − mean) / √(variance + eps) with each channel's statistics over all other axes, then `· weight + bias`
 * (Ioffe & Szegedy 2015, arXiv 1502.03167).
 * @param onStatistics gets the batch's mean and (biased) variance, [channels], inside the op: nothing is differentiated through it
 */
export function batchNorm(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor,
  eps: number,
  onStatistics: (mean: tf.Tensor, variance: tf.Tensor) => void,
): tf.Tensor {
  const channels = weight.shape[0] ?? 1
  return differentiable([x, weight, bias], (save) => {
    const rows = tf.reshape(x, [-1, channels])
    const mean = tf.mean(rows, 0)
    const centred = tf.sub(rows, mean)
    const variance = tf.mean(tf.square(centred), 0)
    onStatistics(mean, variance)
    const scale = tf.rsqrt(tf.add(variance, eps))
    const normalized = tf.mul(centred, scale)
    save([normalized, tf.mul(scale, weight)])
    return {
      value: tf.reshape(tf.add(tf.mul(normalized, weight), bias), x.shape),
      gradFunc: (dy, saved) => {
        const [xHat, slope] = saved as [tf.Tensor, tf.Tensor]
        const dyRows = tf.reshape(dy, [-1, channels])
        const places = xHat.shape[0] ?? 1
        const dBias = tf.sum(dyRows, 0)
        const dWeight = tf.sum(tf.mul(dyRows, xHat), 0)
        const centredDy = tf.sub(dyRows, tf.mul(dBias, 1 / places))
        const dx = tf.mul(tf.sub(centredDy, tf.mul(xHat, tf.mul(dWeight, 1 / places))), slope)
        return [tf.reshape(dx, x.shape), dWeight, dBias]
      },
    }
  })
}
