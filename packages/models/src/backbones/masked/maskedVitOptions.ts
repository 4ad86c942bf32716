import { annotatePaths, componentConfig, configPath, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, indices, layerDepthMode, pair, rate } from '../backboneOptions.js'
import { type ArchitectureName, architectureSchema } from '../visionTransformer/architectures.js'
import { INTERPOLATE_MODES } from '../visionTransformer/gridResize.js'
import { OUT_TYPES, patchCfgSchema, type VisionTransformerOptions } from '../visionTransformer/options.js'
import { layerCfgSchema } from '../visionTransformer/transformerEncoderLayer.js'

/** Options of a ViT that is trained to fill in what a mask hides: fewer than a ViT has, and `out_type` counts only for whole images. */
export const maskedVitEntries = {
  /** A name (`b`, `deit-s`, …) or the four numbers. */
  arch: v.optional(v.union([archName<ArchitectureName>(), architectureSchema]), 'b'),
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 16),
  in_channels: v.optional(count, 3),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  drop_rate: v.optional(rate, 0),
  drop_path_rate: v.optional(rate, 0),
  /** Default layer norm with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  final_norm: v.optional(v.boolean(), true),
  out_type: v.optional(v.picklist(OUT_TYPES), 'raw'),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  patch_cfg: v.optional(patchCfgSchema, {}),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([layerCfgSchema, v.array(layerCfgSchema)]), {}),
  layer_depth: layerDepthMode,
  init_cfg: initCfgSchema,
}

const schema = v.object(maskedVitEntries)

/** The same as options of a ViT, at its place in the config. */
export function maskedVitOptions(given: v.InferOutput<typeof schema>): VisionTransformerOptions {
  const fixed = { with_cls_token: true, frozen_stages: -1, qkv_bias: true, layer_scale_init_value: 0, pre_norm: false }
  return atPlaceOf(given, { ...given, ...fixed })
}

/** Options made of others, with the others' place in the config, for errors. */
export function atPlaceOf<T extends object>(given: object, made: T): T {
  const path = configPath(given)
  if (path !== undefined) annotatePaths(made, path)
  return made
}
