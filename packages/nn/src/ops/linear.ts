import { tf } from '@tessera/runtime'
import { differentiable } from './differentiable.js'

/** `x · weightᵀ + bias` over the last axis. `x` [..., in], `weight` [out, in], `bias` [out]. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const [outFeatures = 0, inFeatures = 0] = weight.shape
  const outShape = [...x.shape.slice(0, -1), outFeatures]
  return differentiable(bias === undefined ? [x, weight] : [x, weight, bias], (save) => {
    const rows = asRows(x, inFeatures)
    save([rows, weight])
    const product = tf.matMul(rows, weight as tf.Tensor2D, false, true)
    const value = bias === undefined ? product : tf.add(product, bias)
    return {
      value: x.rank === 2 ? value : tf.reshape(value, outShape),
      gradFunc: (dy, [savedRows, savedWeight]) => {
        const dyRows = asRows(dy, outFeatures)
        const dx = tf.matMul(dyRows, savedWeight as tf.Tensor2D)
        const dWeight = tf.matMul(dyRows, savedRows as tf.Tensor2D, true, false)
        const gradients = [x.rank === 2 ? dx : tf.reshape(dx, x.shape), dWeight]
        return bias === undefined ? gradients : [...gradients, tf.sum(dyRows, 0)]
      },
    }
  })
}

function asRows(x: tf.Tensor, features: number): tf.Tensor2D {
  return x.rank === 2 ? (x as tf.Tensor2D) : tf.reshape(x, [-1, features])
}
