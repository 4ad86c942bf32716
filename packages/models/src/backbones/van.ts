import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, buildNorm, Conv2d, initCfgSchema, ModuleList, type NormLayer, optionPath, TensorModule } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkIndices,
  count,
  dropPathRates,
  frozenStages,
  keepStatistics,
  namedArchitecture,
  offset,
  rate,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { VANBlock } from './van/vanBlock.js'

const architectureSchema = v.strictObject({
  /** Width of each stage. */
  embed_dims: v.array(count),
  /** Blocks a stage. */
  depths: v.array(count),
  /** How much wider each stage's feed-forward layers are. */
  ffn_ratios: v.array(v.pipe(v.number(), v.gtValue(0))),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (depths: readonly number[], embed_dims = [64, 128, 320, 512]): Architecture => ({
  embed_dims,
  depths: [...depths],
  ffn_ratios: [8, 8, 4, 4],
})
const [tiny, small, base, large] = [
  row([3, 3, 5, 2], [32, 64, 160, 256]),
  row([2, 2, 4, 2]),
  row([3, 3, 12, 3]),
  row([3, 5, 27, 3]),
] as const
const ARCHITECTURES = { t: tiny, tiny, s: small, small, b: base, base, l: large, large } as const

const blockSchema = v.strictObject({
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  layer_scale_init_value: v.optional(v.number()),
})

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'tiny'),
  /** Kernel of each stage's first convolution; it strides by half of it. */
  patch_sizes: v.optional(v.array(count), [7, 3, 3, 3]),
  in_channels: v.optional(count, 3),
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(offset), [3]),
  /** Freeze the first stage (0) and so many more; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  /** Of the norm behind each stage; default LN. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** What blocks have otherwise: `act_cfg`, `norm_cfg` (BN), `layer_scale_init_value` (0.01). */
  block_cfgs: v.optional(blockSchema, {}),
  init_cfg: initCfgSchema,
})

interface VANConfig extends ConfigOf<'VAN', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VAN: VANConfig
  }
}

/** Overlapping patches: `projection`, and a batch norm. */
class ConvPatchEmbed extends TensorModule {
  private readonly projection: Conv2d
  private readonly norm: NormLayer

  constructor(inChannels: number, channels: number, size: number, builder: Builder) {
    super()
    const half = Math.floor(size / 2)
    this.projection = this.registerModule('projection', new Conv2d(inChannels, channels, size, { stride: half + 1, padding: half }))
    this.norm = this.registerModule('norm', buildNorm(builder, { type: 'BN' }, channels))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return this.norm.call(this.projection.call(input))
  }
}

interface Stage {
  readonly patchEmbed: ConvPatchEmbed
  readonly blocks: ModuleList<VANBlock>
  readonly norm: NormLayer
}

/** A pyramid of blocks whose attention is a large convolution taken apart (Guo et al. 2022, arXiv 2202.09741). */
@MODELS.registerModule()
export class VAN extends BaseBackbone {
  static readonly schema = schema
  private readonly stages: readonly Stage[]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const { embed_dims: dims, depths, ffn_ratios: ratios } = namedArchitecture('VAN', table, options.arch, optionPath(options, 'arch'))
    checkIndices(options, depths.length)
    this.initRules = buildInitRules(options.init_cfg, builder)
    const dropPaths = dropPathRates(options.drop_path_rate, depths)
    const {
      act_cfg: actCfg = { type: 'GELU' },
      norm_cfg: normCfg = { type: 'BN' },
      layer_scale_init_value: layerScale = 0.01,
    } = options.block_cfgs
    this.stages = depths.map((depth, stage) => {
      const channels = dims[stage] ?? 0
      const from = stage === 0 ? options.in_channels : (dims[stage - 1] ?? 0)
      const block = { channels, ffnRatio: ratios[stage] ?? 4, dropRate: options.drop_rate, actCfg, normCfg, layerScale }
      const blocks = dropPaths.splice(0, depth).map((dropPath) => new VANBlock({ ...block, dropPath }, builder))
      const size = options.patch_sizes[stage] ?? 3
      return {
        patchEmbed: this.registerModule(`patch_embed${stage + 1}`, new ConvPatchEmbed(from, channels, size, builder)),
        blocks: this.registerModule(`blocks${stage + 1}`, new ModuleList(blocks)),
        norm: this.registerModule(`norm${stage + 1}`, buildNorm(builder, options.norm_cfg ?? { type: 'LN' }, channels)),
      }
    })
    if (options.norm_eval) keepStatistics(this)
    for (const stage of this.stages.slice(0, options.frozen_stages + 1)) for (const module of Object.values(stage)) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const wanted = this.options.out_indices
    const outputs: tf.Tensor[] = []
    let x: tf.Tensor = inputs
    for (const [index, { patchEmbed, blocks, norm }] of this.stages.slice(0, Math.max(...wanted) + 1).entries()) {
      x = norm.call([...blocks].reduce((map: tf.Tensor, block) => block.call(map), patchEmbed.call(x)))
      if (wanted.includes(index)) outputs.push(x)
    }
    return outputs
  }
}
