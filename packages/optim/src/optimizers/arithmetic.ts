import { tf } from '@tessera/runtime'
import { numberOption } from './groupOption.js'
import type { StepNumber, StepNumbers } from './stepNumbers.js'

// What the rules of several optimizers have in common.

/** An exponential average's next value: average + (value − average) · complement, with complement = 1 − decay (PyTorch's lerp). */
export function averaged(average: tf.Tensor, value: tf.Tensor, complement: StepNumber): tf.Tensor {
  return tf.add(average, tf.mul(tf.sub(value, average), complement()))
}

/** The gradient as it is, or turned round to maximise. */
export function ascent(maximizes: boolean): (param: tf.Tensor, grad: tf.Tensor) => tf.Tensor {
  return (_param, grad) => (maximizes ? tf.neg(grad) : grad)
}

/** The gradient that most of PyTorch's rules start from: turned round to maximise, and with weight decay added (L2). */
export function l2Gradient(
  numbers: StepNumbers,
  maximizes: boolean = numbers.flag('maximize'),
): (param: tf.Tensor, grad: tf.Tensor) => tf.Tensor {
  const decay = numbers.nonZero((group) => numberOption(group, 'weight_decay'))
  const turned = ascent(maximizes)
  return (param, grad) => {
    const gradient = turned(param, grad)
    return decay === undefined ? gradient : tf.add(gradient, tf.mul(param, decay()))
  }
}

/** The parameter after decoupled weight decay. */
export function decoupledDecay(numbers: StepNumbers): (param: tf.Tensor) => tf.Tensor {
  const kept = keptByDecay(numbers)
  return (param) => (kept === undefined ? param : tf.mul(param, kept()))
}

/** What decoupled weight decay leaves of a parameter: 1 − lr · weight_decay. Undefined where there is none. */
export function keptByDecay(numbers: StepNumbers): StepNumber | undefined {
  const decays = numbers.any((group) => numberOption(group, 'weight_decay'))
  return decays ? numbers.number((group) => 1 - group.lr * numberOption(group, 'weight_decay')) : undefined
}

/** Root of the mean square of all elements. */
export function rootMeanSquare(tensor: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.mean(tf.square(tensor)))
}

/** Euclidean norm of all elements. */
export function norm(tensor: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.sum(tf.square(tensor)))
}
