import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { biasedAttention, buildActivation, buildNorm, FFN, Linear, Module, type NormLayer, Parameter, splitHeads } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { decomposedBias, resizeOffsets } from '../../layers/decomposedPositions.js'
import { count, offset, rate } from '../backboneOptions.js'
import { padToWindows, partition, unpartition } from '../swin/windows.js'

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
export const samLayerCfgSchema = v.strictObject({
  num_heads: v.optional(count),
  feedforward_channels: v.optional(count),
  drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  num_fcs: v.optional(count),
  qkv_bias: v.optional(v.boolean()),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  use_rel_pos: v.optional(v.boolean()),
  window_size: v.optional(offset),
})

export interface SamBlockOptions {
  readonly embed_dims: number
  readonly num_heads: number
  readonly feedforward_channels: number
  readonly drop_rate: number
  readonly drop_path_rate: number
  readonly num_fcs?: number | undefined
  readonly qkv_bias: boolean
  readonly act_cfg?: object | undefined
  readonly norm_cfg: object
  readonly use_rel_pos: boolean
  /** Side of the windows; 0: attention over the whole map. */
  readonly window_size: number
  /** The map for images of `img_size`. */
  readonly grid: readonly [number, number]
}

/** Self-attention on a map, with learnt biases of each row and column offset that the query weighs (Li et al. 2021, arXiv 2112.01526). */
class SamAttention extends Module {
  private readonly relPosH: Parameter | undefined
  private readonly relPosW: Parameter | undefined
  private readonly qkv: Linear
  private readonly proj: Linear

  constructor(
    private readonly options: SamBlockOptions,
    size: readonly [number, number],
  ) {
    super()
    const { embed_dims: dims, num_heads: heads } = options
    const table = (name: string, length: number) => {
      const parameter = this.registerParameter(name, new Parameter([2 * length - 1, dims / heads]))
      parameter.adapt = (value) => resizeOffsets(value, 2 * length - 1)
      return parameter
    }
    if (options.use_rel_pos) {
      this.relPosH = table('rel_pos_h', size[0])
      this.relPosW = table('rel_pos_w', size[1])
    }
    this.qkv = this.registerModule('qkv', new Linear(dims, dims * 3, { bias: options.qkv_bias }))
    this.proj = this.registerModule('proj', new Linear(dims, dims))
  }

  /** @param x tokens [batch, rows · columns, channels] of a map of this size */
  override forward(x: tf.Tensor, [rows, columns]: readonly [number, number]): tf.Tensor {
    const { embed_dims: dims, num_heads: heads } = this.options
    const [q, k, v] = splitHeads(this.qkv.call(x), heads)
    const scaled = tf.mul(q, (dims / heads) ** -0.5)
    if (this.relPosH === undefined || this.relPosW === undefined) return this.proj.call(biasedAttention(scaled, k, v))
    const [batch = 0] = x.shape
    const places = rows * columns
    const tables: [tf.Tensor, tf.Tensor] = [this.relPosH.variable, this.relPosW.variable]
    const queries = tf.reshape(q, [batch * heads, places, dims / heads])
    const bias = decomposedBias(queries, tables, [rows, columns], [rows, columns])
    return this.proj.call(biasedAttention(scaled, k, v, { bias: tf.reshape(bias, [batch, heads, places, places]) }))
  }
}

/** SAM's block: attention in windows, or over the whole map, then a feed-forward layer (Kirillov et al. 2023, arXiv 2304.02643). */
export class SamBlock extends Module {
  private readonly ln1: NormLayer
  private readonly attn: SamAttention
  private readonly ln2: NormLayer
  private readonly ffn: FFN

  constructor(
    private readonly options: SamBlockOptions,
    builder: Builder,
  ) {
    super()
    const { embed_dims: embedDims, norm_cfg: normCfg, window_size: window } = options
    this.ln1 = this.registerModule('ln1', buildNorm(builder, normCfg, embedDims))
    this.attn = this.registerModule('attn', new SamAttention(options, window === 0 ? options.grid : [window, window]))
    this.ln2 = this.registerModule('ln2', buildNorm(builder, normCfg, embedDims))
    const feedforward = new FFN({
      embedDims,
      feedforwardChannels: options.feedforward_channels,
      activation: () => buildActivation(builder, options.act_cfg ?? { type: 'GELU' }),
      numFcs: options.num_fcs ?? 2,
      dropRate: options.drop_rate,
      dropPath: options.drop_path_rate,
    })
    this.ffn = this.registerModule('ffn', feedforward)
  }

  /** @param x [batch, rows, columns, channels] */
  override forward(x: tf.Tensor4D): tf.Tensor4D {
    const attended = tf.add(x, this.attend(this.ln1.call(x) as tf.Tensor4D))
    return this.ffn.call(this.ln2.call(attended), attended) as tf.Tensor4D
  }

  private attend(x: tf.Tensor4D): tf.Tensor {
    const [batch, rows, columns, channels] = x.shape
    const size = this.options.window_size
    if (size === 0) {
      const tokens = tf.reshape(x, [batch, rows * columns, channels])
      return tf.reshape(this.attn.call(tokens, [rows, columns]), x.shape)
    }
    const padded = padToWindows(x, size)
    const windows = this.attn.call(partition(padded, size), [size, size])
    const back = unpartition(windows, size, padded.shape[1], padded.shape[2])
    return padded === x ? back : tf.slice(back, [0, 0, 0, 0], [batch, rows, columns, channels])
  }
}
