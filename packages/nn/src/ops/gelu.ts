import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/** x · Φ(x) with the exact normal distribution function, as PyTorch's default (Hendrycks & Gimpel 2016, arXiv 1606.08415). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return differentiable([x], (save) => {
    const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)
    save([x, phi])
    return {
      value: tf.mul(x, phi),
      gradFunc: (dy, saved) => {
        const [input, cdf] = saved as [tf.Tensor, tf.Tensor]
        const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI))
        return [tf.mul(dy, tf.add(cdf, tf.mul(input, density)))]
      },
    }
  })
}
