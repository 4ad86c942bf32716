import { componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, frozenStages, noCheckpointing, offset, pair, rate } from '../backboneOptions.js'
import { downsampleCfgSchema, ffnCfgSchema, swinArchitectureSchema } from '../swin/options.js'
import { INTERPOLATE_MODES } from '../visionTransformer/gridResize.js'
import { patchCfgSchema } from '../visionTransformer/options.js'

const architectureSchema = v.strictObject({
  ...swinArchitectureSchema.entries,
  /** Every so many blocks of a stage end in a norm; 0: none. */
  extra_norm_every_n_blocks: offset,
})
export type SwinV2Architecture = v.InferOutput<typeof architectureSchema>

const blockCfgSchema = v.strictObject({
  window_size: v.optional(count),
  pad_small_map: v.optional(v.boolean()),
  extra_norm: v.optional(v.boolean()),
  /** Width of the feed-forward layer over the block's. */
  ffn_ratio: v.optional(v.pipe(v.number(), v.gtValue(0))),
  drop_path: v.optional(rate),
  pretrained_window_size: v.optional(offset),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  attn_cfgs: v.optional(
    v.strictObject({
      qkv_bias: v.optional(v.boolean()),
      attn_drop: v.optional(rate),
      proj_drop: v.optional(rate),
      /** Width of the network that gives each offset its bias. */
      cpb_mlp_hidden_dims: v.optional(count),
    }),
  ),
  ffn_cfgs: v.optional(ffnCfgSchema),
})
export type SwinBlockV2Cfg = v.InferOutput<typeof blockCfgSchema>

/** What `stage_cfgs` may say about one stage; what it leaves out comes from the backbone. */
const stageCfgSchema = v.strictObject({
  window_size: v.optional(count),
  pad_small_map: v.optional(v.boolean()),
  pretrained_window_size: v.optional(offset),
  downsample_cfg: v.optional(v.strictObject({ ...downsampleCfgSchema.entries, use_post_norm: v.optional(v.boolean()) })),
  /** For all blocks of the stage, or one object a block. */
  block_cfgs: v.optional(v.union([blockCfgSchema, v.array(blockCfgSchema)])),
})

export const swinV2Schema = v.strictObject({
  /** A name (`tiny` or `t`, …) or the numbers. */
  arch: v.optional(v.union([archName<SwinV2ArchitectureName>(), architectureSchema]), 'tiny'),
  img_size: v.optional(pair, 256),
  patch_size: v.optional(pair, 4),
  in_channels: v.optional(count, 3),
  /** Of all stages, or one number a stage. */
  window_size: v.optional(v.union([count, v.array(count)]), 8),
  /** Dropout behind the embedding. */
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0.1),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(offset), [3]),
  use_abs_pos_embed: v.optional(v.boolean(), false),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  with_cp: noCheckpointing,
  /** Freeze the embedding and the stages up to this one, from 0; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Batch norms keep to their running statistics in training; Swin has none unless norm_cfg says so. */
  norm_eval: v.optional(v.boolean(), false),
  /** Pad a map that is smaller than a window instead of refusing it. */
  pad_small_map: v.optional(v.boolean(), false),
  /** Of the outputs; null: none. Default layer norm. */
  norm_cfg: v.nullish(componentConfig<ModelTypes>(MODELS)),
  /** For all stages, or one object a stage. */
  stage_cfgs: v.optional(v.union([stageCfgSchema, v.array(stageCfgSchema)]), {}),
  patch_cfg: v.optional(patchCfgSchema, {}),
  /** Side of each stage's windows in pretraining; 0: as here. */
  pretrained_window_sizes: v.optional(v.array(offset), [0, 0, 0, 0]),
  init_cfg: initCfgSchema,
})
export type SwinV2Options = v.InferOutput<typeof swinV2Schema>

const row = (embed_dims: number, third: number, heads: number, extra = 0, last = 2): SwinV2Architecture => ({
  embed_dims,
  depths: [2, 2, third, last],
  num_heads: [heads, 2 * heads, 4 * heads, 8 * heads],
  extra_norm_every_n_blocks: extra,
})

export const SWIN_V2_ARCHITECTURES = {
  t: row(96, 6, 3),
  tiny: row(96, 6, 3),
  s: row(96, 18, 3),
  small: row(96, 18, 3),
  b: row(128, 18, 4),
  base: row(128, 18, 4),
  l: row(192, 18, 6),
  large: row(192, 18, 6),
  h: row(352, 18, 8, 6),
  huge: row(352, 18, 8, 6),
  g: row(512, 42, 16, 6, 4),
  giant: row(512, 42, 16, 6, 4),
} as const
type SwinV2ArchitectureName = keyof typeof SWIN_V2_ARCHITECTURES
