import { componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, indices, offset, rate } from '../backboneOptions.js'

const architectureSchema = v.strictObject({
  /** Blocks a stage. */
  layers: v.array(count),
  /** Width of each stage. */
  embed_dims: v.array(count),
  /** How much wider each stage's feed-forward layers are; default 4. */
  mlp_ratios: v.optional(v.array(v.pipe(v.number(), v.gtValue(0)))),
  /** Where the layer scales start; default 1e-5. */
  layer_scale_init_value: v.optional(v.number()),
})
export type MetaFormerArchitecture = v.InferOutput<typeof architectureSchema>

const row = (blocks: number, width: 's' | 'm', layerScale: number): MetaFormerArchitecture => ({
  layers: [blocks, blocks, 3 * blocks, blocks],
  embed_dims: width === 's' ? [64, 128, 320, 512] : [96, 192, 384, 768],
  layer_scale_init_value: layerScale,
})

export const META_FORMER_ARCHITECTURES = {
  s12: row(2, 's', 1e-5),
  s24: row(4, 's', 1e-5),
  s36: row(6, 's', 1e-6),
  m36: row(6, 'm', 1e-6),
  m48: row(8, 'm', 1e-6),
} as const

/** Options of PoolFormer and RIFormer alike. */
export const metaFormerEntries = {
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof META_FORMER_ARCHITECTURES>(), architectureSchema]), 's12'),
  /** Default: group norm of one group. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Kernel of the stem's convolution. */
  in_patch_size: v.optional(count, 7),
  /** By which the stem's convolution makes the image smaller. */
  in_stride: v.optional(count, 4),
  /** Zeros around the image before it. */
  in_pad: v.optional(offset, 2),
  /** Kernel of the convolutions between stages. */
  down_patch_size: v.optional(count, 3),
  /** By which they make the map smaller. */
  down_stride: v.optional(count, 2),
  /** Zeros around the map before them. */
  down_pad: v.optional(offset, 1),
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Parts whose normed output is returned, stages and the convolutions between them counted alike: 0, 2, 4 and 6 are stages. */
  out_indices: v.optional(indices, -1),
  init_cfg: initCfgSchema,
}
