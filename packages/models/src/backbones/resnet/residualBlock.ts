import type { Builder } from '@tessera/core'
import { buildNorm, Conv2d, type Conv2dOptions, DropPath, type NormLayer, normName, ReLU, TensorModule, zeros } from '@tessera/nn'
import { tf } from '@tessera/runtime'

/** What every kind of residual block is told. */
export interface BlockOptions {
  readonly inChannels: number
  readonly outChannels: number
  /** outChannels / expansion is the width inside. */
  readonly expansion: number
  readonly stride: number
  readonly dilation: number
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  readonly style: 'pytorch' | 'caffe'
  readonly dropPath: number
  readonly normCfg: object
  /** For the shortcut; none where the shapes stay. */
  readonly downsample: TensorModule | undefined
  /** Start the last norm at zero, so that the block starts as its shortcut. */
  readonly zeroInit: boolean
  readonly builder: Builder
}

/** relu(branch(x) + shortcut(x)) (He et al. 2015, arXiv 1512.03385). Subclasses register the branch's layers, then `registerShortcut`. */
export abstract class ResidualBlock extends TensorModule {
  protected readonly relu = new ReLU()
  private downsample: TensorModule | undefined
  private dropPath: DropPath | undefined

  constructor(protected readonly options: BlockOptions) {
    super()
  }

  protected abstract branch(input: tf.Tensor): tf.Tensor
  /** The norm that ends the branch. */
  protected abstract readonly lastNorm: NormLayer

  override forward(input: tf.Tensor): tf.Tensor {
    const branch = this.branch(input)
    const shortcut = this.downsample === undefined ? input : this.downsample.call(input)
    return tf.relu(tf.add(this.dropPath === undefined ? branch : this.dropPath.call(branch), shortcut))
  }

  protected override adjustInit(): void {
    const weight = [...this.lastNorm.ownNamedParameters()].find(([name]) => name === 'weight')?.[1]
    if (this.options.zeroInit && weight !== undefined) weight.init = zeros
  }

  protected addConv(name: string, inChannels: number, outChannels: number, kernel: number, options: Conv2dOptions = {}): Conv2d {
    return this.registerModule(name, new Conv2d(inChannels, outChannels, kernel, { ...options, bias: false }))
  }

  protected addNorm(postfix: number, channels: number): NormLayer {
    const norm = buildNorm(this.options.builder, this.options.normCfg, channels)
    return this.registerModule(normName(norm, postfix), norm)
  }

  /** @param droppable whether stochastic depth counts for this kind of block */
  protected registerShortcut(droppable: boolean): void {
    const { downsample, dropPath } = this.options
    this.registerModule('relu', this.relu)
    if (downsample !== undefined) this.downsample = this.registerModule('downsample', downsample)
    if (droppable && dropPath > 1e-5) this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }
}
