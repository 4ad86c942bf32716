import { tf } from '@tessera/runtime'
import { TensorModule } from '../module/module.js'
import { Parameter } from '../module/parameter.js'

/** Global response normalization of feature maps [batch, height, width, channels] (Woo et al. 2023, arXiv 2301.00808). */
export class GRN extends TensorModule {
  private readonly gamma: Parameter
  private readonly beta: Parameter

  constructor(
    features: number,
    private readonly eps = 1e-6,
  ) {
    super()
    this.gamma = this.registerParameter('gamma', new Parameter([features]))
    this.beta = this.registerParameter('beta', new Parameter([features]))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const energy = tf.sqrt(tf.sum(tf.square(input), [1, 2], true))
    const response = tf.div(energy, tf.add(tf.mean(energy, -1, true), this.eps))
    return tf.add(tf.add(tf.mul(tf.mul(input, response), this.gamma.variable), this.beta.variable), input)
  }
}
