import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { biasedAttention, buildNorm, Dropout, DropPath, Linear, Module, type NormLayer, SwiGLUFFN, splitHeads } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, rate } from '../backboneOptions.js'
import type { TokenContext } from '../visionTransformer/tokenContext.js'
import { RotaryEmbedding } from './rotaryEmbedding.js'

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
export const eva02LayerCfgSchema = v.strictObject({
  feedforward_channels: v.optional(count),
  sub_ln: v.optional(v.boolean()),
  attn_drop: v.optional(rate),
  proj_drop: v.optional(rate),
  qkv_bias: v.optional(v.boolean()),
  qk_scale: v.nullish(v.number()),
  proj_bias: v.optional(v.boolean()),
  drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

export interface Eva02BlockOptions {
  readonly embed_dims: number
  readonly num_heads: number
  readonly feedforward_channels: number
  /** A norm inside the feed-forward layer. */
  readonly sub_ln: boolean
  readonly attn_drop: number
  readonly proj_drop: number
  readonly qkv_bias: boolean
  readonly qk_scale?: number | null | undefined
  readonly proj_bias?: boolean | undefined
  readonly drop_rate: number
  readonly drop_path_rate: number
  readonly norm_cfg: object
  readonly grid: readonly [number, number]
  /** Learnt tokens in front of the patches, which have no place and are not turned. */
  readonly tokens: number
}

/** Self-attention whose queries and keys are turned by their place. */
class RotaryAttention extends Module {
  private readonly rope: RotaryEmbedding
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(private readonly options: Eva02BlockOptions) {
    super()
    const { embed_dims: dims, num_heads: heads } = options
    this.qkv = this.registerModule('qkv', new Linear(dims, dims * 3, { bias: options.qkv_bias }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attn_drop))
    this.proj = this.registerModule('proj', new Linear(dims, dims, { bias: options.proj_bias ?? true }))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.proj_drop))
    this.rope = this.registerModule('rope', new RotaryEmbedding(dims / heads, options.grid))
  }

  override forward(x: tf.Tensor, grid: readonly [number, number]): tf.Tensor {
    const { embed_dims: dims, num_heads: heads } = this.options
    const [batch = 0, tokens = 0] = x.shape
    const [q, k, v] = splitHeads(this.qkv.call(x), heads)
    const scaled = tf.mul(this.turn(q, grid), this.options.qk_scale || (dims / heads) ** -0.5)
    const mask = this.attnDrop.mask([batch, heads, tokens, tokens])
    return this.projDrop.call(this.proj.call(biasedAttention(scaled, this.turn(k, grid), v, { mask })))
  }

  private turn(x: tf.Tensor, grid: readonly [number, number]): tf.Tensor {
    const extra = this.options.tokens
    if (extra === 0) return this.rope.call(x, grid)
    const [tokens, patches] = tf.split(x, [extra, (x.shape[2] ?? 0) - extra], 2) as [tf.Tensor, tf.Tensor]
    return tf.concat([tokens, this.rope.call(patches, grid)], 2)
  }
}

/** EVA-02's block: rotary attention and a gated feed-forward layer (Fang et al. 2023, arXiv 2303.11331). */
export class Eva02Block extends Module {
  private readonly norm1: NormLayer
  private readonly attn: RotaryAttention
  private readonly dropPath: DropPath
  private readonly norm2: NormLayer
  private readonly mlp: SwiGLUFFN

  constructor(options: Eva02BlockOptions, builder: Builder) {
    super()
    const { embed_dims: embedDims, feedforward_channels: hiddenChannels, norm_cfg: normCfg } = options
    this.norm1 = this.registerModule('norm1', buildNorm(builder, normCfg, embedDims))
    this.attn = this.registerModule('attn', new RotaryAttention(options))
    this.dropPath = this.registerModule('drop_path', new DropPath(options.drop_path_rate))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, normCfg, embedDims))
    const norm = options.sub_ln ? buildNorm(builder, normCfg, hiddenChannels) : undefined
    this.mlp = this.registerModule('mlp', new SwiGLUFFN({ embedDims, hiddenChannels, norm, dropRate: options.drop_rate }))
  }

  override forward(x: tf.Tensor3D, { grid }: Pick<TokenContext, 'grid'>): tf.Tensor3D {
    const attended = tf.add(x, this.dropPath.call(this.attn.call(this.norm1.call(x), grid)))
    return tf.add(attended, this.dropPath.call(this.mlp.call(this.norm2.call(attended)))) as tf.Tensor3D
  }
}
