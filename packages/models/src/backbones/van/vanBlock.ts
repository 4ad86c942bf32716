import type { Builder } from '@tessera/core'
import {
  type Activation,
  buildActivation,
  buildNorm,
  Conv2d,
  constant,
  Dropout,
  DropPath,
  type NormLayer,
  Parameter,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface VANBlockOptions {
  readonly channels: number
  readonly ffnRatio: number
  readonly dropRate: number
  readonly dropPath: number
  readonly actCfg: object
  readonly normCfg: object
  /** Above 0: layer scale that starts there. */
  readonly layerScale: number
}

/** Large-kernel attention: a depthwise 5×5, a dilated depthwise 7×7 and a 1×1 weigh each place and channel. */
class LKA extends TensorModule {
  private readonly near: Conv2d
  private readonly far: Conv2d
  private readonly conv1: Conv2d

  constructor(channels: number) {
    super()
    this.near = this.registerModule('DW_conv', new Conv2d(channels, channels, 5, { padding: 2, groups: channels }))
    this.far = this.registerModule('DW_D_conv', new Conv2d(channels, channels, 7, { padding: 9, groups: channels, dilation: 3 }))
    this.conv1 = this.registerModule('conv1', new Conv2d(channels, channels, 1))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.mul(input, this.conv1.call(this.far.call(this.near.call(input))))
  }
}

class SpatialAttention extends TensorModule {
  private readonly proj1: Conv2d
  private readonly activation: Activation
  private readonly gate: LKA
  private readonly proj2: Conv2d

  constructor(channels: number, activation: Activation) {
    super()
    this.proj1 = this.registerModule('proj_1', new Conv2d(channels, channels, 1))
    this.activation = this.registerModule('activation', activation)
    this.gate = this.registerModule('spatial_gating_unit', new LKA(channels))
    this.proj2 = this.registerModule('proj_2', new Conv2d(channels, channels, 1))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.add(this.proj2.call(this.gate.call(this.activation.call(this.proj1.call(input)))), input)
  }
}

/** A feed-forward layer that also sees the neighbours, by a depthwise 3×3. */
class MixFFN extends TensorModule {
  private readonly layers: readonly TensorModule[]

  constructor(channels: number, hidden: number, act: Activation, dropRate: number) {
    super()
    const drop = new Dropout(dropRate)
    const [fc1, dwconv, fc2] = [
      this.registerModule('fc1', new Conv2d(channels, hidden, 1)),
      this.registerModule('dwconv', new Conv2d(hidden, hidden, 3, { padding: 1, groups: hidden })),
      this.registerModule('fc2', new Conv2d(hidden, channels, 1)),
    ]
    this.layers = [fc1, dwconv, this.registerModule('act', act), this.registerModule('drop', drop), fc2, drop]
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.layers.reduce((x, layer) => layer.call(x), input)
  }
}

/** Attention by convolutions and a feed-forward layer, each with norm, layer scale and shortcut (Guo et al. 2022, arXiv 2202.09741). */
export class VANBlock extends TensorModule {
  private readonly scale1: Parameter | undefined
  private readonly scale2: Parameter | undefined
  private readonly norm1: NormLayer
  private readonly attn: SpatialAttention
  private readonly dropPath: DropPath
  private readonly norm2: NormLayer
  private readonly mlp: MixFFN

  constructor(options: VANBlockOptions, builder: Builder) {
    super()
    const { channels, layerScale } = options
    const act = () => buildActivation(builder, options.actCfg)
    if (layerScale > 0) {
      const scale = () => new Parameter([channels], { init: constant(layerScale) })
      this.scale1 = this.registerParameter('layer_scale_1', scale())
      this.scale2 = this.registerParameter('layer_scale_2', scale())
    }
    this.norm1 = this.registerModule('norm1', buildNorm(builder, options.normCfg, channels))
    this.attn = this.registerModule('attn', new SpatialAttention(channels, act()))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.dropPath))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, options.normCfg, channels))
    this.mlp = this.registerModule('mlp', new MixFFN(channels, Math.trunc(channels * options.ffnRatio), act(), options.dropRate))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const attended = this.attn.call(this.norm1.call(input))
    const x = tf.add(input, this.dropPath.call(scaled(attended, this.scale1)))
    return tf.add(x, this.dropPath.call(scaled(this.mlp.call(this.norm2.call(x)), this.scale2)))
  }
}

function scaled(x: tf.Tensor, scale: Parameter | undefined): tf.Tensor {
  return scale === undefined ? x : tf.mul(x, scale.variable)
}
