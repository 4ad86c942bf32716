import { componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema, type PatchEmbedOptions } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, frozenStages, indices, layerDepthMode, offset, pair, rate } from '../backboneOptions.js'
import { type ArchitectureName, architectureSchema } from './architectures.js'
import { INTERPOLATE_MODES } from './gridResize.js'
import { layerCfgSchema } from './transformerEncoderLayer.js'

type Size = v.InferOutput<typeof pair>

export const OUT_TYPES = ['raw', 'cls_token', 'featmap', 'avg_featmap'] as const

/** Options of the patch embedding; what is left out comes from the backbone. */
export const patchCfgSchema = v.strictObject({
  conv_type: v.optional(v.picklist(['Conv2d'])),
  kernel_size: v.optional(pair),
  stride: v.optional(pair),
  padding: v.optional(v.union([offset, v.tuple([offset, offset]), v.picklist(['corner', 'same'])])),
  dilation: v.optional(pair),
  bias: v.optional(v.boolean()),
})

/** Options of every transformer of patches and tokens. */
export const tokenEntries = {
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 16),
  in_channels: v.optional(count, 3),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Default layer norm with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** A norm (`ln1`) after the last block. */
  final_norm: v.optional(v.boolean(), true),
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type: v.optional(v.picklist(OUT_TYPES), 'cls_token'),
  with_cls_token: v.optional(v.boolean(), true),
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  patch_cfg: v.optional(patchCfgSchema, {}),
  layer_depth: layerDepthMode,
  init_cfg: initCfgSchema,
}

const tokenSchema = v.strictObject(tokenEntries)
/** What every one of them is told; `layer_cfgs` differ in kind, and are only counted here. */
export type TokenOptions = v.InferOutput<typeof tokenSchema> & { layer_cfgs?: object | readonly object[] }

export const visionTransformerSchema = v.strictObject({
  /** A name (`b`, `deit-s`, …) or the four numbers. */
  arch: v.optional(v.union([archName<ArchitectureName>(), architectureSchema]), 'base'),
  ...tokenEntries,
  qkv_bias: v.optional(v.boolean(), true),
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value: v.optional(v.number(), 0),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([layerCfgSchema, v.array(layerCfgSchema)]), {}),
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm: v.optional(v.boolean(), false),
})

export type VisionTransformerOptions = v.InferOutput<typeof visionTransformerSchema>

/** Where `patch_cfg` is silent, patches of `patch_size` side by side. */
export function patchEmbedOptions(
  options: { img_size: Size; patch_size: Size; in_channels: number; patch_cfg: v.InferOutput<typeof patchCfgSchema> },
  embedDims: number,
): PatchEmbedOptions {
  const { patch_cfg: patch, img_size: size, patch_size: patchSize } = options
  return {
    inChannels: options.in_channels,
    embedDims,
    inputSize: typeof size === 'number' ? [size, size] : size,
    kernelSize: patch.kernel_size ?? patchSize,
    stride: patch.stride ?? patchSize,
    padding: patch.padding ?? 'corner',
    dilation: patch.dilation ?? 1,
    bias: patch.bias ?? true,
  }
}
