import { keptForBackward, tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/**
 * x · Φ(x) with the exact normal distribution function, as PyTorch's default (Hendrycks & Gimpel 2016, arXiv 1606.08415). Its slope is
 * computed on the way forward, where x and Φ are at hand, and is all that the way back keeps.
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  return differentiable([x], (save) => {
    const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)
    if (tf.engine().state.gradientDepth > 0) save([keptForBackward(slope(x, phi))])
    return { value: tf.mul(x, phi), gradFunc: (dy, [saved]) => [tf.mul(dy, saved as tf.Tensor)] }
  })
}

/** Φ(x) + x · φ(x), with φ the normal density. */
function slope(x: tf.Tensor, phi: tf.Tensor): tf.Tensor {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return tf.add(phi, tf.mul(x, density))
}
