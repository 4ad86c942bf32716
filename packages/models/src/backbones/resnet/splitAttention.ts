import type { Builder } from '@tessera/core'
import { buildNorm, Conv2d, type NormLayer, normName, ReLU, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface SplitAttentionOptions {
  readonly channels: number
  readonly stride: number
  readonly dilation: number
  readonly groups: number
  /** Branches that the attention weighs against one another. */
  readonly radix: number
  readonly reductionFactor: number
  readonly normCfg: object
}

/** A 3×3 convolution in `radix` branches, and the share of each branch in every channel (Zhang et al. 2020, arXiv 2004.08955). */
export class SplitAttentionConv2d extends TensorModule {
  private readonly conv: Conv2d
  private readonly norm0: NormLayer
  private readonly relu: ReLU
  private readonly fc1: Conv2d
  private readonly norm1: NormLayer
  private readonly fc2: Conv2d

  constructor(
    private readonly options: SplitAttentionOptions,
    builder: Builder,
  ) {
    super()
    const { channels, stride, dilation, groups, radix, normCfg } = options
    const inner = Math.max(Math.floor((channels * radix) / options.reductionFactor), 32)
    const convOptions = { stride, padding: dilation, dilation, groups: groups * radix, bias: false }
    this.conv = this.registerModule('conv', new Conv2d(channels, channels * radix, 3, convOptions))
    this.norm0 = this.addNorm(0, channels * radix, builder, normCfg)
    this.relu = this.registerModule('relu', new ReLU())
    this.fc1 = this.registerModule('fc1', new Conv2d(channels, inner, 1, { groups }))
    this.norm1 = this.addNorm(1, inner, builder, normCfg)
    this.fc2 = this.registerModule('fc2', new Conv2d(inner, channels * radix, 1, { groups }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const { radix, channels } = this.options
    const x = this.relu.call(this.norm0.call(this.conv.call(input)))
    const branches = radix === 1 ? [] : tf.split(x, radix, 3)
    const means = tf.mean(radix === 1 ? x : tf.addN(branches), [1, 2], true)
    const scores = this.fc2.call(this.relu.call(this.norm1.call(this.fc1.call(means))))
    const shares = this.shares(scores)
    // tfjs cannot differentiate a split into one.
    if (radix === 1) return tf.mul(x, shares)
    const parts = tf.split(shares, radix, 3)
    const weighted = branches.map((branch, i) => tf.mul(branch, parts[i] as tf.Tensor))
    return tf.reshape(tf.addN(weighted), [...x.shape.slice(0, 3), channels])
  }

  /** Softmax over the branches, [batch, 1, 1, radix · channels], branch by branch. Scores come group by group. */
  private shares(scores: tf.Tensor): tf.Tensor {
    const { radix, groups, channels } = this.options
    if (radix === 1) return tf.sigmoid(scores)
    const [batch = 1] = scores.shape
    const byBranch = tf.transpose(tf.reshape(scores, [batch, groups, radix, channels / groups]), [0, 1, 3, 2])
    const soft = tf.transpose(tf.softmax(byBranch), [0, 3, 1, 2])
    return tf.reshape(soft, [batch, 1, 1, radix * channels])
  }

  private addNorm(postfix: number, channels: number, builder: Builder, normCfg: object): NormLayer {
    const norm = buildNorm(builder, normCfg, channels)
    return this.registerModule(normName(norm, postfix), norm)
  }
}
