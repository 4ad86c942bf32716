import { TesseraError } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import { TensorModule } from '../module/module.js'
import { attention } from '../ops/attention.js'
import { Dropout } from './dropout.js'
import { DropPath } from './dropPath.js'
import { LayerScale } from './layerScale.js'
import { Linear } from './linear.js'

export interface MultiheadAttentionOptions {
  readonly embedDims: number
  readonly numHeads: number
  /** Dropout of the attention weights. Default 0. */
  readonly attnDrop?: number
  /** Dropout after the projection. Default 0. */
  readonly projDrop?: number
  /** Stochastic depth of the whole layer. Default 0. */
  readonly dropPath?: number
  /** Default true. */
  readonly qkvBias?: boolean
  /** Above 0, a LayerScale `gamma1` that starts at this value. Default 0: none. */
  readonly layerScaleInitValue?: number
}

/** Self-attention of [batch, tokens, channels], with MMPreTrain's names: `qkv`, `proj`, `gamma1`. */
export class MultiheadAttention extends TensorModule {
  private readonly heads: number
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout
  private readonly dropPath: DropPath
  private readonly gamma1: LayerScale | undefined

  constructor(options: MultiheadAttentionOptions) {
    super()
    const { embedDims, numHeads, layerScaleInitValue = 0 } = options
    if (embedDims % numHeads !== 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'the embedding cannot be shared out among the heads',
        got: `embed_dims ${embedDims}, num_heads ${numHeads}`,
        expected: 'embed_dims divisible by num_heads',
      })
    }
    this.heads = numHeads
    this.qkv = this.registerModule('qkv', new Linear(embedDims, embedDims * 3, { bias: options.qkvBias ?? true }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attnDrop ?? 0))
    this.proj = this.registerModule('proj', new Linear(embedDims, embedDims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.projDrop ?? 0))
    this.dropPath = this.registerModule('out_drop', new DropPath(options.dropPath ?? 0))
    if (layerScaleInitValue > 0) this.gamma1 = this.registerModule('gamma1', new LayerScale(embedDims, layerScaleInitValue))
  }

  /** @param queries only the first so many tokens ask and are answered; default all */
  override forward(input: tf.Tensor, queries?: number): tf.Tensor {
    const [batch = 0, tokens = 0] = input.shape
    const mask = this.attnDrop.mask([batch, this.heads, queries ?? tokens, tokens])
    const attended = attention(this.qkv.call(input), { heads: this.heads, mask, queries })
    const output = this.projDrop.call(this.proj.call(attended))
    return this.dropPath.call(this.gamma1 === undefined ? output : this.gamma1.call(output))
  }
}
