import { differentiable } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/**
 * base^exponent for bases of 0 or more. Where the exponent is 0 the gradient is 0, at base 0 too: the tape's own rule gives 0 · ∞ there.
 * @param exponent a number, or a tensor that is not trained
 */
export function safePow(base: tf.Tensor, exponent: number | tf.Tensor): tf.Tensor {
  return differentiable([base], (save) => {
    const power = typeof exponent === 'number' ? tf.scalar(exponent) : exponent
    const value = tf.pow(base, power)
    save([base, power])
    return {
      value,
      gradFunc: (dy, saved) => {
        const [x, e] = saved as [tf.Tensor, tf.Tensor]
        const slope = tf.mul(e, tf.pow(x, tf.sub(e, 1)))
        return [tf.mul(dy, tf.where(tf.equal(tf.broadcastTo(e, x.shape), 0), tf.zerosLike(x), slope))]
      },
    }
  })
}
