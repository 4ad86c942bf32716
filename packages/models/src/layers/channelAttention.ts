import { Dropout, Linear, ones, Parameter, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface ChannelAttentionOptions {
  readonly embedDims: number
  readonly numHeads: number
  readonly qkvBias: boolean
  readonly attnDrop: number
  readonly projDrop: number
  /** The name of the learnt temperature of each head. */
  readonly scaleName: string
}

/**
 * Attention among channels instead of tokens: each head's channels, normed over the tokens, are compared with one another
 * (El-Nouby et al. 2021, arXiv 2106.09681). [batch, tokens, channels].
 */
export class ChannelAttention extends TensorModule {
  private readonly heads: number
  private readonly scale: Parameter
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(options: ChannelAttentionOptions) {
    super()
    const { embedDims, numHeads } = options
    this.heads = numHeads
    this.scale = this.registerParameter(options.scaleName, new Parameter([numHeads, 1, 1], { init: ones }))
    this.qkv = this.registerModule('qkv', new Linear(embedDims, 3 * embedDims, { bias: options.qkvBias }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop))
    this.proj = this.registerModule('proj', new Linear(embedDims, embedDims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [batch = 0, tokens = 0, dims = 0] = input.shape
    const width = dims / this.heads
    const split = tf.transpose(tf.reshape(this.qkv.call(input), [batch, tokens, 3, this.heads, width]), [2, 0, 3, 4, 1])
    const [q, k, v] = tf.unstack(split) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const scores = tf.mul(tf.matMul(unit(q), unit(k), false, true), this.scale.variable)
    const attended = tf.matMul(this.attnDrop.call(tf.softmax(scores)), v)
    const together = tf.reshape(tf.transpose(attended, [0, 3, 1, 2]), [batch, tokens, dims])
    return this.projDrop.call(this.proj.call(together))
  }
}

/** Vectors along the last axis, of length 1. */
function unit(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x), -1, true)), 1e-12))
}
