import { tf } from '@tessera/runtime'
import { averaged } from './arithmetic.js'
import type { Slots } from './optimizer.js'
import { pickSlots } from './pickSlots.js'
import type { StepNumber } from './stepNumbers.js'

/** Numbers of one step, t its count. */
export interface AdamNumbers {
  /** 1 − beta1 */
  readonly beta1Complement: StepNumber
  /** 1 − beta2 */
  readonly beta2Complement: StepNumber
  /** eps · sqrt(1 − beta2^t): the bias correction of the second moment, taken out of the root, moves into epsilon… */
  readonly epsilon: StepNumber
  /** …and into the step size: lr · sqrt(1 − beta2^t) / (1 − beta1^t) */
  readonly stepSize: StepNumber
}

/** On the host, for `AdamNumbers`. */
export function adamStepSize(lr: number, beta1: number, beta2: number, count: number): number {
  return (lr * Math.sqrt(1 - beta2 ** count)) / (1 - beta1 ** count)
}

export function adamEpsilon(eps: number, beta2: number, count: number): number {
  return eps * Math.sqrt(1 - beta2 ** count)
}

/**
 * Kingma & Ba, "Adam: A Method for Stochastic Optimization" (2014), with AMSGrad's maximum (Reddi et al., 2018) when there is a slot for it.
 * @returns what to subtract from the parameter, and the next moments
 */
export function adamDelta(grad: tf.Tensor, slots: Slots, numbers: AdamNumbers): { delta: tf.Tensor; slots: Slots } {
  const { exp_avg, exp_avg_sq } = pickSlots(slots, 'exp_avg', 'exp_avg_sq')
  const max_exp_avg_sq = slots['max_exp_avg_sq']
  const mean = averaged(exp_avg, grad, numbers.beta1Complement)
  const square = averaged(exp_avg_sq, tf.square(grad), numbers.beta2Complement)
  const largest = max_exp_avg_sq === undefined ? undefined : tf.maximum(max_exp_avg_sq, square)
  const denominator = tf.add(tf.sqrt(largest ?? square), numbers.epsilon())
  return {
    delta: tf.mul(tf.div(mean, denominator), numbers.stepSize()),
    slots: { exp_avg: mean, exp_avg_sq: square, ...(largest === undefined ? {} : { max_exp_avg_sq: largest }) },
  }
}
