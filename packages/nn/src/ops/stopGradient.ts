import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/** The same values, through which no gradient flows (PyTorch's detach). */
export function stopGradient(x: tf.Tensor): tf.Tensor {
  return differentiable([x], () => ({ value: tf.clone(x), gradFunc: (dy) => [tf.zerosLike(dy)] }))
}
