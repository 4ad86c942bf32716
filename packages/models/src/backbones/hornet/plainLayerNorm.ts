import { layerNorm, ones, Parameter, TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'

/** Layer norm over the channels that, as MMPreTrain's in HorNet, is no norm layer to the optimizer's rules (`norm_decay_mult`). */
export class PlainLayerNorm extends TensorModule {
  private readonly weight: Parameter
  private readonly bias: Parameter

  constructor(features: number) {
    super()
    this.weight = this.registerParameter('weight', new Parameter([features], { init: ones }))
    this.bias = this.registerParameter('bias', new Parameter([features]))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return layerNorm(input, this.weight.variable, this.bias.variable, 1e-6)
  }
}
