import { componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { initCfgSchema } from '@tessera/nn'
import * as v from 'valibot'
import { convCfg, count, frozenStages, layerDepthMode, noCheckpointing, rate } from '../backboneOptions.js'
import type { GroupOptions } from './bottleneck.js'

const stageNumbers = v.array(count)

/** Options of every ResNet kind. */
export const residualEntries = {
  in_channels: v.optional(count, 3),
  /** Width of the stem. */
  stem_channels: v.optional(count, 64),
  /** Width of the first stage, before its expansion. */
  base_channels: v.optional(count, 64),
  strides: v.optional(stageNumbers, [1, 2, 2, 2]),
  dilations: v.optional(stageNumbers, [1, 1, 1, 1]),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), [3]),
  /** Where a bottleneck strides: at the 3×3 (pytorch) or at the first 1×1 (caffe). */
  style: v.optional(v.picklist(['pytorch', 'caffe']), 'pytorch'),
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  /** Default: batch norm. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  with_cp: noCheckpointing,
  /** Start each block's last norm at zero. */
  zero_init_residual: v.optional(v.boolean(), true),
  layer_depth: layerDepthMode,
  init_cfg: initCfgSchema,
}

/** Options of those that come in depths. */
export const resNetEntries = {
  ...residualEntries,
  num_stages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)), 4),
  /** How much wider a block's output is than its inside; default 1 or 4, by the kind of block. */
  expansion: v.nullish(count),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
}

/** Options of those whose stem and shortcuts can be chosen. */
export const stemEntries = {
  /** Three 3×3 convolutions instead of one 7×7. */
  deep_stem: v.optional(v.boolean(), false),
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down: v.optional(v.boolean(), false),
}

/** Options of a grouped 3×3. */
export const groupEntries = {
  groups: v.optional(count, 32),
  width_per_group: v.optional(count, 4),
}

const resNetSchema = v.strictObject(resNetEntries)
export type ResNetEntries = v.InferOutput<typeof resNetSchema>

/** Blocks a stage, by the number of layers. */
export const STAGE_BLOCKS = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
  200: [3, 24, 36, 3],
  269: [3, 30, 48, 8],
} as const

/** Depths of the kinds that have bottlenecks alone. */
export const BOTTLENECK_DEPTHS = [50, 101, 152] as const

/** Options of squeeze and excitation. */
export const seEntries = {
  /** How much narrower the excitation is inside. */
  se_ratio: v.optional(count, 16),
}

/** The groups that a config asks for. */
export function groupsOf(options: { groups: number; width_per_group: number; base_channels: number }): GroupOptions {
  return { groups: options.groups, widthPerGroup: options.width_per_group, baseChannels: options.base_channels }
}
