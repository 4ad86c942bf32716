import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/**
 * (x − mean) / √(variance + eps) with each channel's statistics over all other axes, then `· weight + bias`
 * (Ioffe & Szegedy 2015, arXiv 1502.03167). What is bound by memory is kept to few passes over it.
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
    const mean = tf.mean(rows, 0) as tf.Tensor1D
    const variance = tf.mean(tf.squaredDifference(rows, mean), 0) as tf.Tensor1D
    onStatistics(mean, variance)
    save([x, mean, tf.rsqrt(tf.add(variance, eps)), weight])
    return {
      value: tf.reshape(tf.batchNorm(asMaps(x, channels), mean, variance, bias as tf.Tensor1D, weight as tf.Tensor1D, eps), x.shape),
      gradFunc: (dy, saved) => {
        const [input, centre, scale, w] = saved as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]
        const places = input.size / channels
        const dyRows = tf.reshape(dy, [-1, channels])
        const dBias = tf.sum(dyRows, 0)
        const dWeight = tf.mul(tf.sum(tf.mul(dyRows, tf.sub(tf.reshape(input, [-1, channels]), centre)), 0), scale)
        // slope · (dy − dBias / places − x̂ · dWeight / places), what does not hang on dy in one pass.
        const slope = tf.mul(scale, w)
        const share = tf.mul(slope, -1 / places)
        const along = tf.mul(tf.mul(share, dWeight), scale) as tf.Tensor1D
        const rest = affine(asMaps(input, channels), centre, along, tf.mul(share, dBias) as tf.Tensor1D)
        return [tf.add(tf.mul(dy, slope), tf.reshape(rest, x.shape)), dWeight, dBias]
      },
    }
  })
}

/** (x − centre) · slope + offset, channel by channel. */
function affine(x: tf.Tensor4D, centre: tf.Tensor1D, slope: tf.Tensor1D, offset: tf.Tensor1D): tf.Tensor4D {
  return tf.batchNorm(x, centre, tf.onesLike(centre), offset, slope, 0)
}

function asMaps(x: tf.Tensor, channels: number): tf.Tensor4D {
  return x.rank === 4 ? (x as tf.Tensor4D) : (tf.reshape(x, [-1, 1, 1, channels]) as tf.Tensor4D)
}
