import type { tf } from '@tessera/runtime'
import { TensorModule } from '../module/module.js'

/** Layers one after the other, under their index or under given names. */
export class Sequential extends TensorModule {
  private readonly layers: readonly TensorModule[]

  constructor(layers: readonly TensorModule[] | ReadonlyMap<string, TensorModule>) {
    super()
    const named =
      layers instanceof Map ? [...layers] : [...(layers as readonly TensorModule[])].map((layer, i) => [String(i), layer] as const)
    this.layers = named.map(([name, layer]) => this.registerModule(name, layer))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.layers.reduce((x, layer) => layer.call(x), input)
  }
}
