import { biasedAttention, Dropout, Linear, Module, Parameter, splitHeads, truncNormal } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { RelativePositionTable } from './relativePositionTable.js'

export interface BeitAttentionOptions {
  readonly embedDims: number
  readonly numHeads: number
  /** Of queries, keys and values: all, none, or queries and values. */
  readonly bias: boolean | 'qv_bias'
  /** The patches' grid, for a bias of each offset; undefined: none. */
  readonly window: readonly [number, number] | undefined
  readonly attnDrop: number
  readonly projDrop: number
}

/** Self-attention with a bias for each offset between patches (Bao et al. 2021, arXiv 2106.08254). */
export class BeitAttention extends Module {
  private readonly qBias: Parameter | undefined
  private readonly vBias: Parameter | undefined
  private readonly offsets: RelativePositionTable | undefined
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(private readonly options: BeitAttentionOptions) {
    super()
    const { embedDims, numHeads, bias, window } = options
    if (bias === 'qv_bias') {
      this.qBias = this.registerParameter('q_bias', new Parameter([embedDims]))
      this.vBias = this.registerParameter('v_bias', new Parameter([embedDims]))
    }
    if (window !== undefined) this.offsets = new RelativePositionTable(this, window, numHeads, truncNormal(0, 0.02))
    this.qkv = this.registerModule('qkv', new Linear(embedDims, embedDims * 3, { bias: bias === true }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop))
    this.proj = this.registerModule('proj', new Linear(embedDims, embedDims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop))
  }

  /** @param shared a bias that all blocks share, [1, heads, tokens, tokens] */
  override forward(x: tf.Tensor, shared?: tf.Tensor): tf.Tensor {
    const { embedDims, numHeads } = this.options
    const [batch = 0, tokens = 0] = x.shape
    const [q, k, v] = splitHeads(this.project(x), numHeads)
    const own = this.offsets?.bias(tokens, this.path)
    const bias = own !== undefined && shared !== undefined ? tf.add(own, shared) : (own ?? shared)
    const mask = this.attnDrop.mask([batch, numHeads, tokens, tokens])
    const attended = biasedAttention(tf.mul(q, (embedDims / numHeads) ** -0.5), k, v, { bias, mask })
    return this.projDrop.call(this.proj.call(attended))
  }

  private project(x: tf.Tensor): tf.Tensor {
    if (this.qBias === undefined || this.vBias === undefined) return this.qkv.call(x)
    const bias = tf.concat([this.qBias.variable, tf.zeros([this.options.embedDims]), this.vBias.variable], 0)
    return this.qkv.product(x, bias)
  }
}
