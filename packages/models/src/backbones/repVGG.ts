import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, ConvModule, initCfgSchema, MaxPool2d, optionPath, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  CONV_INIT,
  checkIndices,
  convCfg,
  count,
  frozenStages,
  initCfgOr,
  keepStatistics,
  namedArchitecture,
  noCheckpointing,
  offset,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { RepVGGBlock } from './repvgg/repVGGBlock.js'

const architectureSchema = v.strictObject({
  /** Blocks a stage. */
  num_blocks: v.array(count),
  /** Width of each stage over base_channels · 2ⁱ. */
  width_factor: v.array(v.pipe(v.number(), v.gtValue(0))),
  /** Groups of the blocks that have more than one, by the block's number from 1. */
  group_layer_map: v.nullish(v.record(v.string(), count)),
  /** Squeeze and excitation of each block; default none. */
  se_cfg: v.nullish(v.strictObject({ ratio: v.optional(count), divisor: v.optional(count) })),
  /** The stem is no wider than this; default 64. */
  stem_channels: v.optional(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const grouped = (groups: number) => Object.fromEntries(Array.from({ length: 13 }, (_, i) => [String(2 * (i + 1)), groups]))
const a = (...width_factor: number[]): Architecture => ({ num_blocks: [2, 4, 14, 1], width_factor })
const b = (width: number, last: number, more: Partial<Architecture> = {}): Architecture => ({
  num_blocks: [4, 6, 16, 1],
  width_factor: [width, width, width, last],
  ...more,
})

const ARCHITECTURES = {
  A0: a(0.75, 0.75, 0.75, 2.5),
  A1: a(1, 1, 1, 2.5),
  A2: a(1.5, 1.5, 1.5, 2.75),
  B0: b(1, 2.5),
  B1: b(2, 4),
  B1g2: b(2, 4, { group_layer_map: grouped(2) }),
  B1g4: b(2, 4, { group_layer_map: grouped(4) }),
  B2: b(2.5, 5),
  B2g2: b(2.5, 5, { group_layer_map: grouped(2) }),
  B2g4: b(2.5, 5, { group_layer_map: grouped(4) }),
  B3: b(3, 5),
  B3g2: b(3, 5, { group_layer_map: grouped(2) }),
  B3g4: b(3, 5, { group_layer_map: grouped(4) }),
  D2se: b(2.5, 5, { num_blocks: [8, 14, 24, 1], se_cfg: { ratio: 16, divisor: 1 } }),
  'yolox-pai-small': b(1, 1, { num_blocks: [3, 5, 7, 3], stem_channels: 32 }),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  in_channels: v.optional(count, 3),
  base_channels: v.optional(count, 64),
  /** Stages whose output is returned, from 0. */
  out_indices: v.optional(v.array(offset), [3]),
  strides: v.optional(v.array(count), [2, 2, 2, 2]),
  dilations: v.optional(v.array(count), [1, 1, 1, 1]),
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  with_cp: noCheckpointing,
  /** The form for inference: each block is one convolution, `branch_reparam`, with squeeze and excitation, which MMPreTrain's then leaves out. */
  deploy: v.optional(v.boolean(), false),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  /** Poolings of growing reach after the last stage. */
  add_ppf: v.optional(v.boolean(), false),
  init_cfg: initCfgSchema,
})

interface RepVGGConfig extends ConfigOf<'RepVGG', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    RepVGG: RepVGGConfig
  }
}

/** One map and three poolings of it, each of the one before, beside one another (YOLOX-PAI, arXiv 2208.13040). */
class PoolingPyramid extends TensorModule {
  private readonly conv1: ConvModule
  private readonly conv2: ConvModule
  private readonly maxpool = new MaxPool2d({ kernelSize: 5, stride: 1, padding: 2 })

  constructor(channels: number, cfgs: { normCfg: object; actCfg: object }, builder: Builder) {
    super()
    const half = Math.floor(channels / 2)
    this.conv1 = this.registerModule('conv1', new ConvModule({ inChannels: channels, outChannels: half, kernelSize: 1, ...cfgs }, builder))
    this.conv2 = this.registerModule(
      'conv2',
      new ConvModule({ inChannels: 4 * half, outChannels: channels, kernelSize: 1, ...cfgs }, builder),
    )
    this.registerModule('maxpool', this.maxpool)
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const maps = [this.conv1.call(input)]
    while (maps.length < 4) maps.push(this.maxpool.call(maps.at(-1) as tf.Tensor))
    return this.conv2.call(tf.concat(maps, 3))
  }
}

/** Plain 3×3 convolutions in inference, trained with branches beside them (Ding et al. 2021, arXiv 2101.03697). */
@MODELS.registerModule()
export class RepVGG extends BaseBackbone {
  static readonly schema = schema
  private readonly stem: RepVGGBlock
  private readonly stages: readonly Sequential[]
  private readonly ppf: PoolingPyramid | undefined

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('RepVGG', table, options.arch, optionPath(options, 'arch'))
    checkIndices(options, arch.num_blocks.length + 1)
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, CONV_INIT), builder)
    const { norm_cfg: normCfg = { type: 'BN' }, act_cfg: actCfg = { type: 'ReLU' }, deploy, in_channels: inChannels } = options
    const shared = { kernelSize: 3, normCfg, actCfg, deploy, se: arch.se_cfg ?? undefined }
    const widths = arch.width_factor.map((factor, stage) => Math.trunc(options.base_channels * 2 ** stage * factor))
    let width = Math.min(arch.stem_channels ?? 64, widths[0] ?? 0)
    const stem = { ...shared, inChannels, outChannels: width, stride: 2, padding: 1, groups: 1 }
    this.stem = this.registerModule('stem', new RepVGGBlock(stem, builder))
    const groups = new Map(Object.entries(arch.group_layer_map ?? {}))
    let number = 1
    this.stages = arch.num_blocks.map((blocks, stage) => {
      const dilation = options.dilations[stage] ?? 1
      const layers = Array.from({ length: blocks }, (_, index) => {
        const place = { inChannels: width, outChannels: widths[stage] ?? 0, stride: index === 0 ? (options.strides[stage] ?? 1) : 1 }
        width = place.outChannels
        const block = { ...shared, ...place, padding: dilation, dilation, groups: groups.get(String(number++)) ?? 1 }
        return new RepVGGBlock(block, builder)
      })
      return this.registerModule(`stage_${stage + 1}`, new Sequential(layers))
    })
    if (options.add_ppf) this.ppf = this.registerModule('ppf', new PoolingPyramid(width, { normCfg, actCfg }, builder))
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) for (const module of [this.stem, ...this.stages.slice(0, options.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const outputs: tf.Tensor[] = []
    let x = this.stem.call(inputs)
    for (const [index, stage] of this.stages.entries()) {
      x = stage.call(x)
      if (index === this.stages.length - 1 && this.ppf !== undefined) x = this.ppf.call(x)
      if (this.options.out_indices.includes(index)) outputs.push(x)
    }
    return outputs
  }
}
