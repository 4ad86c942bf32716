import type { Builder } from '@tessera/core'
import { biasedAttention, buildNorm, Conv2d, Dropout, DropPath, Linear, Module, type NormLayer, type PatchGrid } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface TwinsAttentionOptions {
  readonly embedDims: number
  readonly numHeads: number
  readonly qkvBias: boolean
  readonly attnDrop: number
  readonly projDrop: number
  readonly dropPath: number
  readonly normCfg: object
}

/** All places ask; a strided convolution's summary of the map answers (Wang et al. 2021, arXiv 2102.12122). */
export class GlobalAttention extends Module {
  private readonly proj: Linear
  private readonly attnDrop: Dropout
  private readonly projDrop: Dropout
  private readonly outDrop: DropPath
  private readonly q: Linear
  private readonly kv: Linear
  private readonly reduction: readonly [Conv2d, NormLayer] | undefined

  /** @param reduction places along each axis that are summed up as one */
  constructor(
    private readonly options: TwinsAttentionOptions,
    reduction: number,
    builder: Builder,
  ) {
    super()
    const { embedDims: dims, qkvBias: bias } = options
    this.attnDrop = new Dropout(options.attnDrop)
    this.registerModule('attn_dropout', this.attnDrop)
    this.proj = this.registerModule('proj', new Linear(dims, dims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop))
    this.outDrop = this.registerModule('out_drop', new DropPath(options.dropPath))
    this.q = this.registerModule('q', new Linear(dims, dims, { bias }))
    this.kv = this.registerModule('kv', new Linear(dims, 2 * dims, { bias }))
    if (reduction > 1) {
      const conv = this.registerModule('sr', new Conv2d(dims, dims, reduction, { stride: reduction }))
      this.reduction = [conv, this.registerModule('norm', buildNorm(builder, options.normCfg, dims))]
    }
  }

  override forward(input: tf.Tensor, [rows, columns]: PatchGrid): tf.Tensor {
    const { numHeads: heads, embedDims: dims } = this.options
    const [batch = 0, tokens = 0] = input.shape
    const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [batch, -1, heads, dims / heads]), [0, 2, 1, 3])
    const q = split(this.q.call(input))
    const [k, v] = tf.split(this.kv.call(this.summary(input, rows, columns)), 2, 2).map(split) as [tf.Tensor, tf.Tensor]
    const mask = this.attnDrop.mask([batch, heads, tokens, k.shape[2] ?? 0])
    const attended = biasedAttention(tf.mul(q, (dims / heads) ** -0.5), k, v, { mask })
    return this.outDrop.call(this.projDrop.call(this.proj.call(attended)))
  }

  private summary(input: tf.Tensor, rows: number, columns: number): tf.Tensor {
    if (this.reduction === undefined) return input
    const [batch = 0, , dims = 0] = input.shape
    const [conv, norm] = this.reduction
    return norm.call(tf.reshape(conv.call(tf.reshape(input, [batch, rows, columns, dims])), [batch, -1, dims]))
  }
}
