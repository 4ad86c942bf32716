import type { Builder } from '@tessera/core'
import { type Activation, BatchNorm2d, Conv2d, DropPath, Linear, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ConvNorm } from '../../layers/convNorm.js'

/** A linear layer and a batch norm: `linear`, `bn`; for inference one linear layer. */
export function linearNorm(from: number, to: number, deploy: boolean): TensorModule {
  if (deploy) return new Linear(from, to)
  const layers: [string, TensorModule][] = [
    ['linear', new Linear(from, to, { bias: false })],
    ['bn', new BatchNorm2d({}, to)],
  ]
  return new Sequential(new Map(layers))
}

/** Half the size; for inference one convolution. */
export function convNorm(from: number, to: number, deploy: boolean, builder: Builder): TensorModule {
  const options = { stride: 2, padding: 1 }
  return deploy
    ? new Conv2d(from, to, 3, options)
    : new ConvNorm(from, to, 3, { ...options, names: ['conv', 'bn'] }, { type: 'BN' }, builder)
}

/** What `block` makes of the input, and the input. */
export class Residual extends TensorModule {
  private readonly dropPath: DropPath

  constructor(
    private readonly block: TensorModule,
    dropPath: number,
  ) {
    super()
    this.registerModule('block', block)
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.add(input, this.dropPath.call(this.block.call(input)))
  }
}

export function mlp(dims: number, ratio: number, act: Activation, deploy: boolean): Sequential {
  const layers: [string, TensorModule][] = [
    ['linear1', linearNorm(dims, dims * ratio, deploy)],
    ['activation', act],
    ['linear2', linearNorm(dims * ratio, dims, deploy)],
  ]
  return new Sequential(new Map(layers))
}
