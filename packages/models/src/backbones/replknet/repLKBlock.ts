import type { Builder } from '@tessera/core'
import { type Activation, BatchNorm2d, Conv2d, DropPath, GELU, type NormLayer, ReLU, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ConvNorm } from '../../layers/convNorm.js'

const NORM = { type: 'BN' }

/** A convolution that keeps the map's size (or halves it) and its norm: `conv`, `bn`. */
export function convBN(from: number, to: number, kernel: number, builder: Builder, groups = 1, stride = 1): ConvNorm {
  const options = { stride, groups, padding: Math.floor(kernel / 2), names: ['conv', 'bn'] as const }
  return new ConvNorm(from, to, kernel, options, NORM, builder)
}

/** The same with a ReLU, `nonlinear`. */
export function convBNReLU(from: number, to: number, kernel: number, builder: Builder, groups = 1, stride = 1): Sequential {
  const { conv, norm } = convBN(from, to, kernel, builder, groups, stride)
  const layers: [string, TensorModule][] = [
    ['conv', conv],
    ['bn', norm],
    ['nonlinear', new ReLU()],
  ]
  return new Sequential(new Map(layers))
}

export interface RepLKBlockOptions {
  readonly channels: number
  /** Width of the large convolution. */
  readonly inner: number
  readonly kernel: number
  /** Beside the large kernel; undefined: none. */
  readonly smallKernel: number | undefined
  /** Both kernels as one, with a bias (for inference). */
  readonly merged: boolean
  readonly dropPath: number
}

/** A large depthwise kernel and a small one beside it, which inference folds into one. */
class LargeKernelConv extends TensorModule {
  private readonly branches: readonly TensorModule[]

  constructor({ inner, kernel, smallKernel, merged }: RepLKBlockOptions, builder: Builder) {
    super()
    if (merged) {
      const conv = new Conv2d(inner, inner, kernel, { padding: Math.floor(kernel / 2), groups: inner })
      this.branches = [this.registerModule('lkb_reparam', conv)]
    } else {
      const large = this.registerModule('lkb_origin', convBN(inner, inner, kernel, builder, inner))
      const small = smallKernel === undefined ? [] : [this.registerModule('small_conv', convBN(inner, inner, smallKernel, builder, inner))]
      this.branches = [large, ...small]
    }
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.branches.map((branch) => branch.call(input)).reduce((sum, one) => tf.add(sum, one))
  }
}

/** Norm, 1×1, a very large depthwise convolution, 1×1, and a shortcut (Ding et al. 2022, arXiv 2203.06717). */
export class RepLKBlock extends TensorModule {
  private readonly layers: readonly TensorModule[]
  private readonly dropPath: DropPath

  constructor(options: RepLKBlockOptions, builder: Builder) {
    super()
    const { channels, inner } = options
    const pw1 = this.registerModule('pw1', convBNReLU(channels, inner, 1, builder))
    const pw2 = this.registerModule('pw2', convBN(inner, channels, 1, builder))
    const large = this.registerModule('large_kernel', new LargeKernelConv(options, builder))
    const act = this.registerModule<Activation>('lk_nonlinear', new ReLU())
    const norm = this.registerModule<NormLayer>('prelkb_bn', new BatchNorm2d({}, channels))
    this.layers = [norm, pw1, large, act, pw2]
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = this.layers.reduce((x, layer) => layer.call(x), input)
    return tf.add(input, this.dropPath.call(output))
  }
}

/** A feed-forward layer of 1×1 convolutions, with batch norms. */
export class ConvFFN extends TensorModule {
  private readonly layers: readonly TensorModule[]
  private readonly dropPath: DropPath

  constructor(channels: number, hidden: number, dropPath: number, builder: Builder) {
    super()
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
    const norm = this.registerModule<NormLayer>('preffn_bn', new BatchNorm2d({}, channels))
    const pw1 = this.registerModule('pw1', convBN(channels, hidden, 1, builder))
    const pw2 = this.registerModule('pw2', convBN(hidden, channels, 1, builder))
    this.layers = [norm, pw1, this.registerModule('nonlinear', new GELU()), pw2]
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = this.layers.reduce((x, layer) => layer.call(x), input)
    return tf.add(input, this.dropPath.call(output))
  }
}
