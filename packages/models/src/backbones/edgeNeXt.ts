import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Conv2d,
  initCfgSchema,
  ModuleList,
  type NormLayer,
  optionPath,
  Sequential,
  type TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  indices,
  namedArchitecture,
  offset,
  rate,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { ConvNeXtBlock } from './convNeXt/convNeXtBlock.js'
import { FourierPositions, SDTAEncoder } from './edgenext/sdtaEncoder.js'

const architectureSchema = v.strictObject({
  /** Width of each stage. */
  channels: v.array(count),
  /** Blocks a stage. */
  depths: v.array(count),
  num_heads: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (channels: number[], heads: number, depths = [3, 3, 9, 3]): Architecture => ({
  channels,
  depths,
  num_heads: channels.map(() => heads),
})
const ARCHITECTURES = {
  xxsmall: row([24, 48, 88, 168], 4, [2, 2, 6, 2]),
  xsmall: row([32, 64, 100, 192], 4),
  small: row([48, 96, 160, 304], 8),
  base: row([80, 160, 288, 584], 8),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'xxsmall'),
  in_channels: v.optional(count, 3),
  /** How many of each stage's last blocks have attention. */
  global_blocks: v.optional(v.array(offset), [0, 1, 1, 1]),
  /** What those are called, stage by stage; there is one kind. */
  global_block_type: v.optional(v.array(v.picklist(['None', 'SDTA'])), ['None', 'SDTA', 'SDTA', 'SDTA']),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  /** Of blocks without attention, above 0: layer scale that starts there. Those with attention start at 1e-6. */
  layer_scale_init_value: v.optional(v.number(), 1e-6),
  /** Linear layers for the 1×1 convolutions: the same numbers, parameters of another shape. */
  linear_pw_conv: v.optional(v.boolean(), true),
  /** How much wider feed-forward layers are, of blocks with attention. */
  mlp_ratio: v.optional(count, 4),
  /** Side of each stage's depthwise kernels. */
  conv_kernel_sizes: v.optional(v.array(count), [3, 5, 7, 9]),
  /** Whether blocks with attention know their places, stage by stage. */
  use_pos_embd_csa: v.optional(v.array(v.boolean()), [false, true, false, false]),
  /** Positions added after the first stage. */
  use_pos_embd_global: v.optional(v.boolean(), false),
  /** Parts of the channels in blocks with attention, stage by stage. */
  d2_scales: v.optional(v.array(count), [2, 2, 3, 4]),
  /** Default LN2d with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Freeze so many stages with what leads to them. */
  frozen_stages: v.optional(offset, 0),
  /** Outputs are the normed means [batch, channels]; else normed maps. */
  gap_before_final_norm: v.optional(v.boolean(), true),
  /** Of blocks without attention; default GELU. */
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface EdgeNeXtConfig extends ConfigOf<'EdgeNeXt', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    EdgeNeXt: EdgeNeXtConfig
  }
}

/** ConvNeXt's blocks, each stage ending in attention among channels (Maaz et al. 2022, arXiv 2206.10589). */
@MODELS.registerModule()
export class EdgeNeXt extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly posEmbed: FourierPositions | undefined
  private readonly downsampleLayers: ModuleList<Sequential>
  private readonly stages: ModuleList<Sequential>
  private readonly norms = new Map<number, NormLayer>()

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('EdgeNeXt', table, options.arch, optionPath(options, 'arch'))
    const { channels, depths } = arch
    this.outIndices = resolveIndices(options.out_indices, depths.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, depths.length, optionPath(options, 'frozen_stages'))
    for (const key of ['global_blocks', 'conv_kernel_sizes', 'use_pos_embd_csa', 'd2_scales'] as const) checkLength(options, key, depths)
    this.initRules = buildInitRules(options.init_cfg, builder)
    const normCfg = options.norm_cfg ?? { type: 'LN2d', eps: 1e-6 }
    const norm = (features: number) => buildNorm(builder, normCfg, features)
    if (options.use_pos_embd_global) this.posEmbed = this.registerModule('pos_embed', new FourierPositions(channels[0] ?? 0))
    const downsample = channels.map((width, stage) => {
      const before = channels[stage - 1]
      if (before === undefined) return new Sequential([new Conv2d(options.in_channels, width, 4, { stride: 4 }), norm(width)])
      return new Sequential([norm(before), new Conv2d(before, width, 2, { stride: 2 })])
    })
    this.downsampleLayers = this.registerModule('downsample_layers', new ModuleList(downsample))
    const dropPaths = dropPathRates(options.drop_path_rate, depths)
    const stages = depths.map((depth, stage) => {
      const blocks = dropPaths.splice(0, depth).map((dropPath, index): TensorModule => {
        const place = { channels: channels[stage] ?? 0, dropPath }
        if (index >= depth - (options.global_blocks[stage] ?? 0)) {
          const own = { mlpRatio: options.mlp_ratio, scales: options.d2_scales[stage] ?? 1, numHeads: arch.num_heads[stage] ?? 1 }
          return new SDTAEncoder({ ...place, ...own, positions: options.use_pos_embd_csa[stage] ?? false })
        }
        const block = {
          ...place,
          linear: options.linear_pw_conv,
          grn: false,
          layerScale: options.layer_scale_init_value,
          actCfg: options.act_cfg ?? { type: 'GELU' },
          kernelSize: options.conv_kernel_sizes[stage] ?? 7,
        }
        return new ConvNeXtBlock(block, norm(block.channels), builder)
      })
      return new Sequential(blocks)
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    const outNorm = options.gap_before_final_norm ? { type: 'LN' } : normCfg
    for (const index of [...this.outIndices].sort((a, b) => a - b))
      this.norms.set(index, this.registerModule(`norm${index}`, buildNorm(builder, outNorm, channels[index] ?? 0)))
    for (const module of [...downsample.slice(0, options.frozen_stages), ...stages.slice(0, options.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    const stages = [...this.stages]
    let x: tf.Tensor = inputs
    for (const [index, downsample] of [...this.downsampleLayers].slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = downsample.call(x)
      x = stages[index]?.call(x) ?? x
      if (index === 0 && this.posEmbed !== undefined) x = tf.add(x, this.posEmbed.call(x))
      const norm = this.norms.get(index)
      if (norm !== undefined) outputs.push(norm.call(this.options.gap_before_final_norm ? tf.mean(x, [1, 2]) : x))
    }
    return outputs
  }
}

function checkLength(
  options: Options,
  key: 'global_blocks' | 'conv_kernel_sizes' | 'use_pos_embd_csa' | 'd2_scales',
  depths: number[],
): void {
  if (options[key].length === depths.length) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: `${key} has one entry for each stage`,
    path: optionPath(options, key),
    got: options[key],
    expected: `${depths.length} entries`,
  })
}
