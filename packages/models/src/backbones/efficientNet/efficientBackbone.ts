import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, initCfgSchema, ModuleList, optionPath, type TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  CONV_INIT,
  checkFrozenStages,
  initCfgOr,
  keepStatistics,
  noCheckpointing,
  offset,
  rate,
  resolveIndices,
  runStages,
} from '../backboneOptions.js'
import { BaseBackbone } from '../baseBackbone.js'

/** What both generations take. */
export const efficientEntries = {
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Freeze so many layers. */
  frozen_stages: v.optional(offset, 0),
  /** Padding as TensorFlow's `same`, which pretrained weights want, or half a kernel on every side (V2: of strided convolutions; its stem then has none). */
  conv_cfg: v.nullish(v.strictObject({ type: v.picklist(['Conv2dAdaptivePadding', 'Conv2d', 'Conv']) })),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  with_cp: noCheckpointing,
  init_cfg: initCfgSchema,
}

const schema = v.object(efficientEntries)
type Options = v.InferOutput<typeof schema> & { readonly out_indices: number | readonly number[] }

/** Whether convolutions are padded as TensorFlow does, which is the default. */
export function padsAsTensorFlow({ conv_cfg: convCfg }: Pick<Options, 'conv_cfg'>): boolean {
  return convCfg === undefined || convCfg?.type === 'Conv2dAdaptivePadding'
}

/** A stem, stages of blocks and a last 1×1, all in one list that outputs and frozen layers are counted in. */
export abstract class EfficientBackbone extends BaseBackbone {
  private readonly layers: ModuleList<TensorModule>
  private readonly outIndices: readonly number[]

  /** @param mostFrozen how many layers may be frozen */
  constructor(options: Options, layers: readonly TensorModule[], mostFrozen: number, builder: Builder) {
    super()
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, CONV_INIT), builder)
    this.layers = this.registerModule('layers', new ModuleList(layers))
    this.outIndices = resolveIndices(options.out_indices, layers.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, mostFrozen, optionPath(options, 'frozen_stages'))
    if (options.norm_eval) keepStatistics(this)
    for (const layer of layers.slice(0, options.frozen_stages)) layer.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return runStages(inputs, [...this.layers], this.outIndices)
  }
}
