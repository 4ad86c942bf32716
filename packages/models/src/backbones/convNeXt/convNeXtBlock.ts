import type { Builder } from '@tessera/core'
import {
  type Activation,
  buildActivation,
  Conv2d,
  constant,
  DropPath,
  GRN,
  Linear,
  type NormLayer,
  Parameter,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface ConvNeXtBlockOptions {
  readonly channels: number
  readonly dropPath: number
  /** Linear layers instead of 1×1 convolutions. */
  readonly linear: boolean
  readonly grn: boolean
  /** Above 0: layer scale that starts there. */
  readonly layerScale: number
  readonly actCfg: object
  /** Side of the depthwise convolution's kernel. Default 7. */
  readonly kernelSize?: number
}

/** Depthwise 7×7 (or another), norm, and a feed-forward layer at each place, with a shortcut (arXiv 2201.03545). */
export class ConvNeXtBlock extends TensorModule {
  private readonly gamma: Parameter | undefined
  private readonly depthwiseConv: Conv2d
  private readonly norm: NormLayer
  private readonly pointwiseConv1: TensorModule
  private readonly act: Activation
  private readonly pointwiseConv2: TensorModule
  private readonly grn: GRN | undefined
  private readonly dropPath: DropPath

  constructor(options: ConvNeXtBlockOptions, norm: NormLayer, builder: Builder) {
    super()
    const { channels, layerScale, kernelSize: kernel = 7 } = options
    const depthwise = { padding: Math.floor(kernel / 2), groups: channels }
    const hidden = 4 * channels
    const pointwise = (from: number, to: number): TensorModule => (options.linear ? new Linear(from, to) : new Conv2d(from, to, 1))
    if (layerScale > 0) this.gamma = this.registerParameter('gamma', new Parameter([channels], { init: constant(layerScale) }))
    this.depthwiseConv = this.registerModule('depthwise_conv', new Conv2d(channels, channels, kernel, depthwise))
    this.norm = this.registerModule('norm', norm)
    this.pointwiseConv1 = this.registerModule('pointwise_conv1', pointwise(channels, hidden))
    this.act = this.registerModule('act', buildActivation(builder, options.actCfg))
    this.pointwiseConv2 = this.registerModule('pointwise_conv2', pointwise(hidden, channels))
    if (options.grn) this.grn = this.registerModule('grn', new GRN(hidden))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const hidden = this.act.call(this.pointwiseConv1.call(this.norm.call(this.depthwiseConv.call(input))))
    const output = this.pointwiseConv2.call(this.grn === undefined ? hidden : this.grn.call(hidden))
    return tf.add(input, this.dropPath.call(this.gamma === undefined ? output : tf.mul(output, this.gamma.variable)))
  }
}
