import type { tf } from '@tessera/runtime'
import { defaultBias, defaultWeight } from '../init/initializers.js'
import { TensorModule } from '../module/module.js'
import { Parameter } from '../module/parameter.js'
import { linear } from '../ops/linear.js'

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean
}

/** `x · weightᵀ + bias` over the last axis; `weight` [out, in] in the file and in memory. */
export class Linear extends TensorModule {
  readonly weight: Parameter
  readonly bias: Parameter | undefined

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    super()
    this.weight = this.registerParameter('weight', new Parameter([outFeatures, inFeatures], { init: defaultWeight }))
    if (options.bias !== false) this.bias = this.registerParameter('bias', new Parameter([outFeatures], { init: defaultBias(inFeatures) }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return linear(input, this.weight.variable, this.bias?.variable)
  }
}
