import type { Builder } from '@tessera/core'
import { buildNorm, Dropout, Linear, Module, type NormLayer, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { makeFeedForward, makeScale, type XCiTBlockOptions } from './xcaBlock.js'

/** The class token, which is first, asks; all tokens answer. [batch, tokens, dims] → [batch, 1, dims]. */
class ClassAttention extends TensorModule {
  private readonly layers: Record<'q' | 'k' | 'v' | 'proj', Linear>
  private readonly attnDrop: Dropout
  private readonly projDrop: Dropout

  constructor(private readonly options: XCiTBlockOptions) {
    super()
    const { embedDims: dims, qkvBias: bias } = options
    const [q, k, v] = (['q', 'k', 'v'] as const).map((name) => this.registerModule(name, new Linear(dims, dims, { bias }))) as [
      Linear,
      Linear,
      Linear,
    ]
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop))
    this.layers = { q, k, v, proj: this.registerModule('proj', new Linear(dims, dims)) }
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.dropRate))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const [batch = 0, , dims = 0] = input.shape
    const { numHeads } = this.options
    const width = dims / numHeads
    const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [batch, -1, numHeads, width]), [0, 2, 1, 3])
    const query = tf.mul(this.layers.q.call(tf.slice(input, [0, 0, 0], [batch, 1, dims])), width ** -0.5)
    const scores = tf.matMul(split(query), split(this.layers.k.call(input)), false, true)
    const attended = tf.matMul(this.attnDrop.call(tf.softmax(scores)), split(this.layers.v.call(input)))
    const answer = tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch, 1, dims])
    return this.projDrop.call(this.layers.proj.call(answer))
  }
}

/** A block in which only the class token learns from the others (Touvron et al. 2021, arXiv 2103.17239), as XCiT has it. */
export class ClassAttentionBlock extends Module {
  private readonly scales
  private readonly norm1: NormLayer
  private readonly attn: ClassAttention
  private readonly norm2: NormLayer
  private readonly ffn

  /** @param normsAll whether the norm before the feed-forward layer is of all tokens, or of the class token alone */
  constructor(
    options: XCiTBlockOptions,
    private readonly normsAll: boolean,
    builder: Builder,
  ) {
    super()
    const { embedDims: dims, layerScale } = options
    const scale = (name: string) => (layerScale > 0 ? this.registerParameter(name, makeScale(options)) : undefined)
    this.scales = [scale('gamma1'), scale('gamma2')] as const
    this.norm1 = this.registerModule('norm1', buildNorm(builder, options.normCfg, dims))
    this.attn = this.registerModule('attn', new ClassAttention(options))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, options.normCfg, dims))
    this.ffn = this.registerModule('ffn', makeFeedForward(options, builder))
  }

  override forward(input: tf.Tensor3D): tf.Tensor3D {
    const [gamma1, gamma2] = this.scales
    const normed = this.norm1.call(input)
    const attended = tf.concat([this.attn.call(normed), others(normed)], 1)
    const x = tf.add(input, gamma1 === undefined ? attended : tf.mul(gamma1.variable, attended))
    const y = this.normsAll ? this.norm2.call(x) : tf.concat([this.norm2.call(first(x)), others(x)], 1)
    const token = this.ffn.call(first(y))
    const after = tf.concat([gamma2 === undefined ? token : tf.mul(gamma2.variable, token), others(y)], 1)
    return tf.add(y, after)
  }
}

function first(x: tf.Tensor): tf.Tensor {
  const [batch = 0, , dims = 0] = x.shape
  return tf.slice(x, [0, 0, 0], [batch, 1, dims])
}

function others(x: tf.Tensor): tf.Tensor {
  const [batch = 0, tokens = 0, dims = 0] = x.shape
  return tf.slice(x, [0, 1, 0], [batch, tokens - 1, dims])
}
