import type { Builder } from '@tessera/core'
import { ConvModule, DropPath, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { SELayer, type SELayerOptions } from './seLayer.js'

export interface InvertedResidualOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly midChannels: number
  readonly kernelSize: number
  readonly stride: number
  readonly se?: SELayerOptions | undefined
  readonly normCfg: object
  readonly actCfg: object
  readonly dropPath?: number
  /** Zeros as TensorFlow's `same` has them, instead of half a kernel on every side. */
  readonly samePadding?: boolean
}

/** Widen, convolve each channel for itself, narrow; a shortcut where the shapes stay (Sandler et al. 2018, arXiv 1801.04381). */
export class InvertedResidual extends TensorModule {
  private readonly dropPath: DropPath | undefined
  private readonly expandConv: ConvModule | undefined
  private readonly depthwiseConv: ConvModule
  private readonly se: SELayer | undefined
  private readonly linearConv: ConvModule
  private readonly hasShortcut: boolean

  constructor(options: InvertedResidualOptions, builder: Builder) {
    super()
    const { inChannels, outChannels, midChannels, kernelSize, stride, normCfg, actCfg, dropPath = 0 } = options
    this.hasShortcut = stride === 1 && inChannels === outChannels
    if (dropPath > 0) this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
    const pointwise = (from: number, to: number, act: object | null) =>
      new ConvModule({ inChannels: from, outChannels: to, kernelSize: 1, normCfg, actCfg: act }, builder)
    if (midChannels !== inChannels) this.expandConv = this.registerModule('expand_conv', pointwise(inChannels, midChannels, actCfg))
    const depthwise = {
      inChannels: midChannels,
      outChannels: midChannels,
      kernelSize,
      stride,
      padding: options.samePadding ? ('same' as const) : Math.floor(kernelSize / 2),
      groups: midChannels,
      normCfg,
      actCfg,
    }
    this.depthwiseConv = this.registerModule('depthwise_conv', new ConvModule(depthwise, builder))
    if (options.se !== undefined) this.se = this.registerModule('se', new SELayer(options.se, builder))
    this.linearConv = this.registerModule('linear_conv', pointwise(midChannels, outChannels, null))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const wide = this.depthwiseConv.call(this.expandConv === undefined ? input : this.expandConv.call(input))
    const output = this.linearConv.call(this.se === undefined ? wide : this.se.call(wide))
    if (!this.hasShortcut) return output
    return tf.add(input, this.dropPath === undefined ? output : this.dropPath.call(output))
  }
}
