import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import {
  biasedAttention,
  buildActivation,
  buildNorm,
  Conv2d,
  Dropout,
  FFN,
  Linear,
  Module,
  type NormLayer,
  type PatchGrid,
  splitHeads,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, rate } from '../backboneOptions.js'
import { ShiftWindowAttention } from '../swin/shiftWindowAttention.js'

const attnCfgSchema = v.strictObject({
  qkv_bias: v.optional(v.boolean()),
  qk_scale: v.nullish(v.number()),
  attn_drop: v.optional(rate),
  proj_drop: v.optional(rate),
})
const ffnCfgSchema = v.strictObject({
  feedforward_channels: v.optional(count),
  num_fcs: v.optional(count),
  ffn_drop: v.optional(rate),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

/** What a config may say about one block; what it leaves out comes from its stage. */
export const davitBlockCfgSchema = v.strictObject({
  num_heads: v.optional(count),
  window_size: v.optional(count),
  ffn_ratio: v.optional(v.pipe(v.number(), v.gtValue(0))),
  qkv_bias: v.optional(v.boolean()),
  drop_path: v.optional(rate),
  pad_small_map: v.optional(v.boolean()),
  attn_cfgs: v.optional(attnCfgSchema),
  ffn_cfgs: v.optional(ffnCfgSchema),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})
type BlockCfg = v.InferOutput<typeof davitBlockCfgSchema>

export interface DaViTBlockOptions extends BlockCfg {
  embed_dims: number
  num_heads: number
  window_size: number
  ffn_ratio: number
  qkv_bias: boolean
  drop_path: number
  pad_small_map: boolean
}

/** Attention within windows, without a bias for the places. */
class WindowAttention extends Module {
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout

  constructor(private readonly options: DaViTBlockOptions) {
    super()
    const { embed_dims: dims, attn_cfgs: own = {} } = options
    this.qkv = this.registerModule('qkv', new Linear(dims, 3 * dims, { bias: own.qkv_bias ?? options.qkv_bias }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(own.attn_drop ?? 0))
    this.proj = this.registerModule('proj', new Linear(dims, dims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(own.proj_drop ?? 0))
  }

  override forward(windows: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
    const { num_heads: heads, embed_dims: dims, attn_cfgs: own = {} } = this.options
    const [count = 0, places = 0] = windows.shape
    const [q, k, values] = splitHeads(this.qkv.call(windows), heads)
    const mask = this.attnDrop.mask([count, heads, places, places])
    const scale = own.qk_scale || (dims / heads) ** -0.5
    return this.projDrop.call(this.proj.call(biasedAttention(tf.mul(q, scale), k, values, { bias, mask })))
  }
}

/** Attention among the channels of each head, over all tokens. */
class ChannelAttention extends Module {
  private readonly qkv: Linear
  private readonly proj: Linear

  constructor(
    private readonly dims: number,
    private readonly heads: number,
    bias: boolean,
  ) {
    super()
    this.qkv = this.registerModule('qkv', new Linear(dims, 3 * dims, { bias }))
    this.proj = this.registerModule('proj', new Linear(dims, dims))
  }

  override forward(tokens: tf.Tensor): tf.Tensor {
    const [q, k, values] = splitHeads(this.qkv.call(tokens), this.heads)
    const scores = tf.matMul(tf.mul(k, (this.dims / this.heads) ** -0.5), values, true, false)
    const attended = tf.matMul(q, tf.softmax(scores), false, true)
    return this.proj.call(tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), tokens.shape))
  }
}

/** What each place adds of its neighbours: a depthwise 3×3. */
class ConvPositions extends Module {
  private readonly proj: Conv2d

  constructor(dims: number) {
    super()
    this.proj = this.registerModule('proj', new Conv2d(dims, dims, 3, { padding: 1, groups: dims }))
  }

  override forward(tokens: tf.Tensor, [rows, columns]: PatchGrid): tf.Tensor {
    const [batch = 0, , dims = 0] = tokens.shape
    return tf.add(tokens, tf.reshape(this.proj.call(tf.reshape(tokens, [batch, rows, columns, dims])), tokens.shape))
  }
}

/** Attention of one of the two kinds, and a feed-forward layer, positions before both. */
class HalfBlock extends Module {
  private readonly cpe1: ConvPositions
  private readonly norm1: NormLayer
  private readonly cpe2: ConvPositions
  private readonly norm2: NormLayer
  private readonly ffn: FFN

  constructor(
    options: DaViTBlockOptions,
    private readonly attend: (x: tf.Tensor, grid: PatchGrid) => tf.Tensor,
    attention: Module,
    builder: Builder,
  ) {
    super()
    const { embed_dims: embedDims, drop_path: dropPath, ffn_cfgs: own = {}, norm_cfg: normCfg = { type: 'LN' } } = options
    this.cpe1 = this.registerModule('cpe1', new ConvPositions(embedDims))
    this.norm1 = this.registerModule('norm1', buildNorm(builder, normCfg, embedDims))
    this.registerModule('attn', attention)
    this.cpe2 = this.registerModule('cpe2', new ConvPositions(embedDims))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, normCfg, embedDims))
    const ffn = new FFN({
      embedDims,
      feedforwardChannels: own.feedforward_channels ?? Math.trunc(embedDims * options.ffn_ratio),
      activation: () => buildActivation(builder, own.act_cfg ?? { type: 'GELU' }),
      numFcs: own.num_fcs ?? 2,
      dropRate: own.ffn_drop ?? 0,
      dropPath,
    })
    this.ffn = this.registerModule('ffn', ffn)
  }

  override forward(input: tf.Tensor, grid: PatchGrid): tf.Tensor {
    const x = this.cpe1.call(input, grid)
    const y = this.cpe2.call(tf.add(x, this.attend(this.norm1.call(x), grid)), grid)
    return this.ffn.call(this.norm2.call(y), y)
  }
}

/** A block of attention among places and one of attention among channels (Ding et al. 2022, arXiv 2204.03645). */
export class DaViTBlock extends Module {
  private readonly spatial: HalfBlock
  private readonly channel: HalfBlock

  constructor(options: DaViTBlockOptions, builder: Builder) {
    super()
    const { embed_dims: dims, num_heads: heads } = options
    const shifting = { windowSize: options.window_size, shiftSize: 0, padSmallMap: options.pad_small_map, dropPath: options.drop_path }
    const windows = new ShiftWindowAttention(shifting, new WindowAttention(options))
    const spatial = new HalfBlock(options, (x, grid) => windows.call(x, grid), windows, builder)
    this.spatial = this.registerModule('spatial_block', spatial)
    const channels = new ChannelAttention(dims, heads, options.qkv_bias)
    this.channel = this.registerModule('channel_block', new HalfBlock(options, (x) => channels.call(x), channels, builder))
  }

  override forward(input: tf.Tensor, grid: PatchGrid): tf.Tensor {
    return this.channel.call(this.spatial.call(input, grid), grid)
  }
}
