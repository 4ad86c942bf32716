import type { Builder } from '@tessera/core'
import { ConvModule, DropPath, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface EdgeResidualOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly midChannels: number
  readonly kernelSize: number
  readonly stride: number
  readonly shortcut: boolean
  readonly normCfg: object
  readonly actCfg: object
  readonly dropPath: number
  /** Zeros as TensorFlow's `same` has them, instead of half a kernel on every side. */
  readonly samePadding: boolean
}

/** An inverted residual whose widening and depthwise convolutions are one full convolution (Gupta & Akin 2020, arXiv 2003.02838). */
export class EdgeResidual extends TensorModule {
  private readonly dropPath: DropPath | undefined
  private readonly conv1: ConvModule
  private readonly conv2: ConvModule
  private readonly hasShortcut: boolean

  constructor(options: EdgeResidualOptions, builder: Builder) {
    super()
    const { inChannels, outChannels, midChannels, kernelSize, stride, normCfg, actCfg } = options
    this.hasShortcut = options.shortcut && stride === 1 && inChannels === outChannels
    if (options.dropPath > 0) this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    const padding = options.samePadding ? ('same' as const) : Math.floor(kernelSize / 2)
    const wide = { inChannels, outChannels: midChannels, kernelSize, stride, padding, normCfg, actCfg }
    this.conv1 = this.registerModule('conv1', new ConvModule(wide, builder))
    const narrow = { inChannels: midChannels, outChannels, kernelSize: 1, normCfg, actCfg: null }
    this.conv2 = this.registerModule('conv2', new ConvModule(narrow, builder))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = this.conv2.call(this.conv1.call(input))
    if (!this.hasShortcut) return output
    return tf.add(input, this.dropPath === undefined ? output : this.dropPath.call(output))
  }
}
