import { TesseraError } from '@tessera/core'
import { randomBernoulli, tf } from '@tessera/runtime'
import { TensorModule } from '../module/module.js'

/** Zeroes each value with probability `rate` in training, and scales the rest by 1 / (1 − rate) (Srivastava et al. 2014). */
export class Dropout extends TensorModule {
  constructor(readonly rate: number) {
    super()
    checkRate(rate)
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const mask = this.mask(input.shape)
    return mask === undefined ? input : tf.mul(input, mask)
  }

  /** What `forward` multiplies by; undefined where that changes nothing. */
  mask(shape: readonly number[]): tf.Tensor | undefined {
    return this.training && this.rate > 0 ? keepMask(shape, this.rate) : undefined
  }
}

/** 0 with probability `rate`, else 1 / (1 − rate). */
export function keepMask(shape: readonly number[], rate: number): tf.Tensor {
  if (rate === 1) return tf.zeros([...shape])
  return tf.mul(randomBernoulli([...shape], 1 - rate), 1 / (1 - rate))
}

/** A probability, or an error. */
export function checkRate(rate: number): void {
  if (!(rate >= 0 && rate <= 1)) {
    throw new TesseraError('INVALID_ARGUMENT', { what: 'a drop rate is a probability', got: rate, expected: '0 to 1' })
  }
}
