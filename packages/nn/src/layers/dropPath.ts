import { tf } from '@tessera/runtime'
import { TensorModule } from '../module/module.js'
import { checkRate, keepMask } from './dropout.js'

/** Drops a whole sample's residual branch with probability `rate` in training (Huang et al. 2016, arXiv 1603.09382). */
export class DropPath extends TensorModule {
  constructor(readonly rate: number) {
    super()
    checkRate(rate)
  }

  override forward(input: tf.Tensor): tf.Tensor {
    if (!this.training || this.rate === 0) return input
    const shape = input.shape.map((size, axis) => (axis === 0 ? size : 1))
    return tf.mul(input, keepMask(shape, this.rate))
  }
}
