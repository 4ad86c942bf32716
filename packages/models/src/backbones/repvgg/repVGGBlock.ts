import type { Builder } from '@tessera/core'
import { type Activation, buildActivation, buildNorm, Conv2d, ModuleList, type NormLayer, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ConvNorm } from '../../layers/convNorm.js'
import { SELayer, type SELayerOptions } from '../../layers/seLayer.js'

export interface BranchedConvOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly kernelSize: number
  readonly stride: number
  readonly padding: number
  readonly dilation?: number
  readonly groups: number
  readonly se?: Omit<SELayerOptions, 'channels'> | undefined
  readonly normCfg: object
  readonly actCfg: object
  /** One convolution, `branch_reparam`, that does what the branches did (for inference). */
  readonly deploy: boolean
}

/** A convolution in parallel branches that inference folds into one, `branch_reparam`. Subclasses register the branches under their names. */
export abstract class BranchedConv extends TensorModule {
  protected readonly branches: TensorModule[] = []

  protected addReparam({ inChannels, outChannels, kernelSize, stride, padding, dilation = 1, groups }: BranchedConvOptions): void {
    const conv = new Conv2d(inChannels, outChannels, kernelSize, { stride, padding, dilation, groups })
    this.branches.push(this.registerModule('branch_reparam', conv))
  }

  protected convNorm(options: BranchedConvOptions, builder: Builder, kernelSize = options.kernelSize): ConvNorm {
    const isPlain = kernelSize !== options.kernelSize
    const { stride, groups } = options
    const conv = { stride, groups, padding: isPlain ? 0 : options.padding, dilation: isPlain ? 1 : (options.dilation ?? 1) }
    return new ConvNorm(options.inChannels, options.outChannels, kernelSize, conv, options.normCfg, builder)
  }

  protected sum(input: tf.Tensor): tf.Tensor {
    const outputs = this.branches.map((branch) => branch.call(input))
    return outputs.length === 1 ? (outputs[0] as tf.Tensor) : tf.addN(outputs)
  }
}

/** A 3×3, a 1×1 and, where shapes stay, a norm, side by side; then squeeze and excitation if asked for, and the activation (arXiv 2101.03697). */
export class RepVGGBlock extends BranchedConv {
  private readonly se: SELayer | undefined
  private readonly act: Activation

  constructor(options: BranchedConvOptions, builder: Builder) {
    super()
    const { inChannels, outChannels, stride, padding, dilation = 1 } = options
    if (options.deploy) this.addReparam(options)
    else {
      if (inChannels === outChannels && stride === 1 && padding === dilation)
        this.branches.push(this.registerModule<NormLayer>('branch_norm', buildNorm(builder, options.normCfg, inChannels)))
      this.branches.push(this.registerModule('branch_3x3', this.convNorm(options, builder)))
      this.branches.push(this.registerModule('branch_1x1', this.convNorm(options, builder, 1)))
    }
    if (options.se !== undefined) this.se = this.registerModule('se_layer', new SELayer({ channels: outChannels, ...options.se }, builder))
    this.act = this.registerModule('act', buildActivation(builder, options.actCfg))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = this.sum(input)
    return this.act.call(this.se === undefined ? output : this.se.call(output))
  }
}

/** So many convolutions of one kind, a 1×1 beside larger ones, and a norm where shapes stay (Vasu et al. 2022, arXiv 2206.04040). */
export class MobileOneBlock extends BranchedConv {
  private readonly se: SELayer | undefined
  private readonly act: Activation

  constructor(options: BranchedConvOptions, convs: number, builder: Builder) {
    super()
    const { inChannels, outChannels, stride, kernelSize } = options
    if (options.se !== undefined) this.se = this.registerModule('se', new SELayer({ channels: outChannels, ...options.se }, builder))
    if (options.deploy) this.addReparam(options)
    else {
      if (inChannels === outChannels && stride === 1)
        this.branches.push(this.registerModule<NormLayer>('branch_norm', buildNorm(builder, options.normCfg, inChannels)))
      if (kernelSize > 1) this.branches.push(this.registerModule('branch_scale', this.convNorm(options, builder, 1)))
      const list = new ModuleList(Array.from({ length: convs }, () => this.convNorm(options, builder)))
      this.branches.push(...this.registerModule('branch_conv_list', list))
    }
    this.act = this.registerModule('act', buildActivation(builder, options.actCfg))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = this.sum(input)
    return this.act.call(this.se === undefined ? output : this.se.call(output))
  }
}
