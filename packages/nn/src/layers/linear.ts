import { tf } from '@tessera/runtime'
import { defaultBias, defaultWeight } from '../init/initializers.js'
import { Module, TensorModule } from '../module/module.js'
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
  private adapter: LinearAdapter | undefined

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
    return this.product(input, this.bias?.variable)
  }

  /** The product with a bias that is made elsewhere, and what an adapter adds. */
  product(input: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
    const product = linear(input, this.weight.variable, bias)
    return this.adapter === undefined ? product : tf.add(product, this.adapter.call(input))
  }

  /** Adds another branch to what the layer computes; its own tensors stand under `original_layer` from now on (LoRA's names). */
  adapt(adapter: LinearAdapter): void {
    this.adapter = adapter
    for (const [name, part] of adapter.namedChildren()) this.registerModule(name, part)
    const original = new OriginalLayer()
    this.handParametersTo(original)
    this.registerModule('original_layer', original)
  }

  override namesElsewhere(): ReadonlyMap<string, string> {
    if (this.adapter === undefined) return new Map()
    return new Map(['weight', 'bias'].map((name) => [`original_layer.${name}`, name]))
  }
}

/** A branch beside a Linear; its children are the Linear's. */
export abstract class LinearAdapter extends TensorModule {}

/** Only a name for the tensors of a Linear that has a branch beside it. */
class OriginalLayer extends Module {
  override forward(): never {
    throw new TypeError('an adapted Linear computes with its own tensors')
  }
}
