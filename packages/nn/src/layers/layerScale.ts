import { tf } from '@tessera/runtime'
import { constant } from '../init/initializers.js'
import { TensorModule } from '../module/module.js'
import { Parameter } from '../module/parameter.js'

/** One learnt factor a channel (Touvron et al. 2021, arXiv 2103.17239). */
export class LayerScale extends TensorModule {
  readonly weight: Parameter

  constructor(features: number, initValue: number) {
    super()
    this.weight = this.registerParameter('weight', new Parameter([features], { init: constant(initValue) }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.mul(input, this.weight.variable)
  }
}
