import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  type HasLayerDepth,
  inject,
  type LayerDepth,
  MODELS,
  type ModelTypes,
} from '@tessera/core'
import { buildInitRules, buildNorm, Conv2d, initCfgSchema, ModuleList, type NormLayer, optionPath, Sequential } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  indices,
  initCfgOr,
  namedArchitecture,
  noCheckpointing,
  offset,
  rate,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { ConvNeXtBlock } from './convNeXt/convNeXtBlock.js'
import { convNeXtLayerDepth } from './convNeXt/convNeXtLayerDepth.js'

const architectureSchema = v.strictObject({
  /** Blocks a stage. */
  depths: v.array(count),
  /** Width of each stage. */
  channels: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (third: number, width: number, others = 3): Architecture => ({
  depths: [others, others, third, others],
  channels: [width, 2 * width, 4 * width, 8 * width],
})

const ARCHITECTURES = {
  atto: row(6, 40, 2),
  femto: row(6, 48, 2),
  pico: row(6, 64, 2),
  nano: row(8, 80, 2),
  tiny: row(9, 96),
  small: row(27, 96),
  base: row(27, 128),
  large: row(27, 192),
  xlarge: row(27, 256),
  huge: row(27, 352),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'tiny'),
  in_channels: v.optional(count, 3),
  stem_patch_size: v.optional(count, 4),
  /** Default LN2d with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Linear layers for the 1×1 convolutions: the same numbers, parameters of another shape. */
  linear_pw_conv: v.optional(v.boolean(), true),
  /** Global response normalization (ConvNeXt V2); layer scale is then usually off. */
  use_grn: v.optional(v.boolean(), false),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Above 0: layer scale that starts there. */
  layer_scale_init_value: v.optional(v.number(), 1e-6),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Freeze so many stages with what leads to them. */
  frozen_stages: v.optional(offset, 0),
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm: v.optional(v.boolean(), true),
  with_cp: noCheckpointing,
  init_cfg: initCfgSchema,
})

interface ConvNeXtConfig extends ConfigOf<'ConvNeXt', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ConvNeXt: ConvNeXtConfig
  }
}

const DEFAULT_INIT = [
  { type: 'TruncNormal', layer: ['Conv2d', 'Linear'], std: 0.02, bias: 0 },
  { type: 'Constant', layer: ['LayerNorm'], val: 1, bias: 0 },
] as const

/** A ConvNet in the manner of transformers (Liu et al. 2022, arXiv 2201.03545); with `use_grn` its V2 (arXiv 2301.00808). */
@MODELS.registerModule()
export class ConvNeXt extends BaseBackbone implements HasLayerDepth {
  static readonly schema = schema
  private readonly arch: Architecture
  private readonly outIndices: readonly number[]
  private readonly downsampleLayers: ModuleList<Sequential>
  private readonly stages: ModuleList<Sequential>
  private readonly norms = new Map<number, NormLayer>()

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    this.arch = namedArchitecture('ConvNeXt', table, options.arch, optionPath(options, 'arch'))
    const { depths, channels } = this.arch
    this.outIndices = resolveIndices(options.out_indices, depths.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, depths.length, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    const norm = (features: number) => buildNorm(builder, options.norm_cfg ?? { type: 'LN2d', eps: 1e-6 }, features)
    const patch = { stride: options.stem_patch_size }
    const stem = new Sequential([new Conv2d(options.in_channels, channels[0] ?? 0, options.stem_patch_size, patch), norm(channels[0] ?? 0)])
    const between = channels.slice(1).map((width, i) => {
      const before = channels[i] ?? 0
      return new Sequential([norm(before), new Conv2d(before, width, 2, { stride: 2 })])
    })
    this.downsampleLayers = this.registerModule('downsample_layers', new ModuleList([stem, ...between]))
    this.stages = this.registerModule('stages', new ModuleList(this.makeStages(norm, builder)))
    for (const index of [...this.outIndices].sort((a, b) => a - b))
      this.norms.set(index, this.registerModule(`norm${index}`, norm(channels[index] ?? 0)))
    for (const list of [this.downsampleLayers, this.stages]) for (const module of [...list].slice(0, options.frozen_stages)) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    let x: tf.Tensor = inputs
    const outputs: tf.Tensor[] = []
    const stages = [...this.stages]
    for (const [index, downsample] of [...this.downsampleLayers].entries()) {
      x = downsample.call(x)
      x = stages[index]?.call(x) ?? x
      const norm = this.norms.get(index)
      if (norm !== undefined) outputs.push(norm.call(this.options.gap_before_final_norm ? tf.mean(x, [1, 2]) : x))
      if (index === Math.max(...this.outIndices)) break
    }
    return outputs
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return convNeXtLayerDepth(paramName, prefix, this.arch.depths)
  }

  private makeStages(norm: (features: number) => NormLayer, builder: Builder): Sequential[] {
    const { depths, channels } = this.arch
    const dropPaths = dropPathRates(this.options.drop_path_rate, depths)
    return depths.map((depth, stage) => {
      const blocks = dropPaths.splice(0, depth).map((dropPath) => {
        const options = {
          channels: channels[stage] ?? 0,
          dropPath,
          linear: this.options.linear_pw_conv,
          grn: this.options.use_grn,
          layerScale: this.options.layer_scale_init_value,
          actCfg: this.options.act_cfg ?? { type: 'GELU' },
        }
        return new ConvNeXtBlock(options, norm(options.channels), builder)
      })
      return new Sequential(blocks)
    })
  }
}
