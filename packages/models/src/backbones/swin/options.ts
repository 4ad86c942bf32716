import { componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, frozenStages, layerDepthMode, noCheckpointing, offset, pair, rate } from '../backboneOptions.js'
import { INTERPOLATE_MODES } from '../visionTransformer/gridResize.js'
import { patchCfgSchema } from '../visionTransformer/options.js'

/** An architecture of one's own. */
export const swinArchitectureSchema = v.strictObject({
  embed_dims: count,
  /** Blocks a stage. */
  depths: v.array(count),
  /** Heads a stage. */
  num_heads: v.array(count),
})
export type SwinArchitecture = v.InferOutput<typeof swinArchitectureSchema>

/** Options of the windows' attention; what is left out comes from the block. */
export const windowCfgSchema = v.strictObject({
  qkv_bias: v.optional(v.boolean()),
  qk_scale: v.nullish(v.number()),
  attn_drop: v.optional(rate),
  proj_drop: v.optional(rate),
})

export const ffnCfgSchema = v.strictObject({
  feedforward_channels: v.optional(count),
  num_fcs: v.optional(count),
  ffn_drop: v.optional(rate),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

const blockCfgSchema = v.strictObject({
  window_size: v.optional(count),
  pad_small_map: v.optional(v.boolean()),
  /** Width of the feed-forward layer over the block's. */
  ffn_ratio: v.optional(v.pipe(v.number(), v.gtValue(0))),
  drop_path: v.optional(rate),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  attn_cfgs: v.optional(windowCfgSchema),
  ffn_cfgs: v.optional(ffnCfgSchema),
})
export type SwinBlockCfg = v.InferOutput<typeof blockCfgSchema>

export const downsampleCfgSchema = v.strictObject({
  kernel_size: v.optional(pair),
  stride: v.optional(pair),
  padding: v.optional(v.union([offset, v.tuple([offset, offset]), v.picklist(['corner', 'same'])])),
  bias: v.optional(v.boolean()),
  /** Channels behind it; default twice as many. */
  out_channels: v.optional(count),
  /** null: none. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
})

/** What `stage_cfgs` may say about one stage; what it leaves out comes from the backbone. */
const stageCfgSchema = v.strictObject({
  window_size: v.optional(count),
  pad_small_map: v.optional(v.boolean()),
  downsample_cfg: v.optional(downsampleCfgSchema),
  /** For all blocks of the stage, or one object a block. */
  block_cfgs: v.optional(v.union([blockCfgSchema, v.array(blockCfgSchema)])),
})
export type SwinStageCfg = v.InferOutput<typeof stageCfgSchema>

export const swinSchema = v.strictObject({
  /** A name (`tiny` or `t`, …) or the numbers. */
  arch: v.optional(v.union([archName<SwinArchitectureName>(), swinArchitectureSchema]), 'tiny'),
  /** Pixels, one number or [height, width]; other sizes work, too. */
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 4),
  in_channels: v.optional(count, 3),
  window_size: v.optional(count, 7),
  /** Dropout behind the embedding. */
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0.1),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), [3]),
  /** Return a stage's output behind its downsampling. */
  out_after_downsample: v.optional(v.boolean(), false),
  use_abs_pos_embed: v.optional(v.boolean(), false),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  with_cp: noCheckpointing,
  /** Freeze the embedding and the stages up to this one, from 0; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Of effect on batch norms only, of which Swin has none unless norm_cfg says so. */
  norm_eval: v.optional(v.boolean(), false),
  /** Pad a map that is smaller than a window instead of refusing it. */
  pad_small_map: v.optional(v.boolean(), false),
  /** Of the outputs; null: none. Default layer norm. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** For all stages, or one object a stage. */
  stage_cfgs: v.optional(v.union([stageCfgSchema, v.array(stageCfgSchema)]), {}),
  patch_cfg: v.optional(patchCfgSchema, {}),
  layer_depth: layerDepthMode,
  init_cfg: initCfgSchema,
})
export type SwinOptions = v.InferOutput<typeof swinSchema>

const row = (embed_dims: number, third: number, heads: number): SwinArchitecture => ({
  embed_dims,
  depths: [2, 2, third, 2],
  num_heads: [heads, 2 * heads, 4 * heads, 8 * heads],
})

export const SWIN_ARCHITECTURES = {
  t: row(96, 6, 3),
  tiny: row(96, 6, 3),
  s: row(96, 18, 3),
  small: row(96, 18, 3),
  b: row(128, 18, 4),
  base: row(128, 18, 4),
  l: row(192, 18, 6),
  large: row(192, 18, 6),
} as const
type SwinArchitectureName = keyof typeof SWIN_ARCHITECTURES
