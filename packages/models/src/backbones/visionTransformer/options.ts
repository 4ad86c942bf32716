import { componentConfig, type ModelTypes, TesseraError } from '@tessera/core'
import { initCfgSchema, optionPath } from '@tessera/nn'
import * as v from 'valibot'
import { type ArchitectureName, architectureSchema } from './architectures.js'
import { INTERPOLATE_MODES } from './gridResize.js'
import { layerCfgSchema } from './transformerEncoderLayer.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const pair = v.union([count, v.tuple([count, count])])
const rate = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const offsets = v.pipe(v.number(), v.integer(), v.minValue(0))

export const OUT_TYPES = ['raw', 'cls_token', 'featmap', 'avg_featmap'] as const

/** Any string passes here: `architecture` knows the names, and says which is near. */
const archName = v.custom<ArchitectureName>((value) => typeof value === 'string', 'Expected the name of an architecture')

/** Options of the patch embedding; what is left out comes from the backbone. */
const patchCfgSchema = v.strictObject({
  conv_type: v.optional(v.picklist(['Conv2d'])),
  kernel_size: v.optional(pair),
  stride: v.optional(pair),
  padding: v.optional(v.union([offsets, v.tuple([offsets, offsets]), v.picklist(['corner', 'same'])])),
  dilation: v.optional(pair),
  bias: v.optional(v.boolean()),
})

export const visionTransformerSchema = v.strictObject({
  /** A name (`b`, `deit-s`, …) or the four numbers. */
  arch: v.optional(v.union([archName, architectureSchema]), 'base'),
  /** Pixels, one number or [height, width]; other sizes work too, with resized position embeddings. */
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 16),
  in_channels: v.optional(count, 3),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(v.union([v.pipe(v.number(), v.integer()), v.array(v.pipe(v.number(), v.integer()))]), -1),
  /** Dropout after the position embedding, the projections and the feed-forward layers. */
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  qkv_bias: v.optional(v.boolean(), true),
  /** Default layer norm with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>()),
  /** A norm (`ln1`) after the last block. */
  final_norm: v.optional(v.boolean(), true),
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the normed mean of the patches. */
  out_type: v.optional(v.picklist(OUT_TYPES), 'cls_token'),
  with_cls_token: v.optional(v.boolean(), true),
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-1)), -1),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value: v.optional(v.number(), 0),
  patch_cfg: v.optional(patchCfgSchema, {}),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([layerCfgSchema, v.array(layerCfgSchema)]), {}),
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm: v.optional(v.boolean(), false),
  init_cfg: initCfgSchema,
})

export type VisionTransformerOptions = v.InferOutput<typeof visionTransformerSchema>

/** The blocks to return, counted from 0, in the order they were asked for. */
export function resolveOutIndices(outIndices: number | readonly number[], numLayers: number, path = 'out_indices'): number[] {
  return [...new Set([outIndices].flat())].map((index: number) => {
    const resolved = index < 0 ? numLayers + index : index
    if (resolved >= 0 && resolved < numLayers) return resolved
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'the transformer has no such block',
      path,
      got: index,
      expected: `${-numLayers} to ${numLayers - 1}`,
    })
  })
}

/** What the schema cannot say: options that depend on one another. */
export function checkOptions(options: VisionTransformerOptions, numLayers: number): void {
  if (!options.with_cls_token && options.out_type === 'cls_token') {
    throw new TesseraError('INVALID_OPTIONS', {
      what: "out_type 'cls_token' needs a class token",
      path: optionPath(options, 'with_cls_token'),
      got: false,
      expected: "true, or out_type 'avg_featmap'",
    })
  }
  if (options.frozen_stages > numLayers) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'more stages are to be frozen than there are blocks',
      path: optionPath(options, 'frozen_stages'),
      got: options.frozen_stages,
      expected: `at most ${numLayers}`,
    })
  }
  if (Array.isArray(options.layer_cfgs) && options.layer_cfgs.length !== numLayers) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'a list of layer_cfgs has one entry for each block',
      path: optionPath(options, 'layer_cfgs'),
      got: options.layer_cfgs.length,
      expected: String(numLayers),
    })
  }
}
