import { componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import * as v from 'valibot'
import { archName, count, rate } from '../backboneOptions.js'
import { architectureSchema, architectureTable } from '../visionTransformer/architectures.js'
import { OUT_TYPES, tokenEntries } from '../visionTransformer/options.js'

const bias = v.union([v.boolean(), v.literal('qv_bias')])

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
const layerCfgSchema = v.strictObject({
  num_heads: v.optional(count),
  feedforward_channels: v.optional(count),
  layer_scale_init_value: v.optional(v.number()),
  use_rel_pos_bias: v.optional(v.boolean()),
  drop_rate: v.optional(rate),
  attn_drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  num_fcs: v.optional(count),
  bias: v.optional(bias),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

export const beitSchema = v.strictObject({
  /** A name (`base` or `b`, …) or the four numbers. */
  arch: v.optional(v.union([archName<BeitArchitectureName>(), architectureSchema]), 'base'),
  ...tokenEntries,
  final_norm: v.optional(v.boolean(), false),
  out_type: v.optional(v.picklist(OUT_TYPES), 'avg_featmap'),
  /** Of queries, keys and values: all, none, or (`qv_bias`) queries and values. */
  bias: v.optional(bias, 'qv_bias'),
  use_abs_pos_emb: v.optional(v.boolean(), false),
  /** A learnt bias for each offset, in each block. */
  use_rel_pos_bias: v.optional(v.boolean(), true),
  /** One such bias for all blocks. */
  use_shared_rel_pos_bias: v.optional(v.boolean(), false),
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value: v.optional(v.number(), 0.1),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([layerCfgSchema, v.array(layerCfgSchema)]), {}),
})
export type BeitOptions = v.InferOutput<typeof beitSchema>

const ROWS = [
  [['s', 'small'], 768, 8, 8, 2304],
  [['b', 'base'], 768, 12, 12, 3072],
  [['l', 'large'], 1024, 24, 16, 4096],
  [['eva-g', 'eva-giant'], 1408, 40, 16, 6144],
  [['deit-t', 'deit-tiny'], 192, 12, 3, 768],
  [['deit-s', 'deit-small'], 384, 12, 6, 1536],
  [['deit-b', 'deit-base'], 768, 12, 12, 3072],
] as const
type BeitArchitectureName = (typeof ROWS)[number][0][number]

export const BEIT_ARCHITECTURES = architectureTable(ROWS)
