import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildInitRules, initCfgSchema, optionPath, Sequential } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  convCfg,
  count,
  frozenStages,
  indices,
  initCfgOr,
  keepStatistics,
  namedArchitecture,
  offset,
  resolveIndices,
  runStages,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { MobileOneBlock } from './repvgg/repVGGBlock.js'

const four = v.pipe(v.array(offset), v.length(4))
const architectureSchema = v.strictObject({
  /** Pairs of a depthwise and a 1×1 block a stage. */
  num_blocks: four,
  /** Width of each stage over 64 · 2ⁱ. */
  width_factor: v.pipe(v.array(v.pipe(v.number(), v.gtValue(0))), v.length(4)),
  /** Convolutions side by side in each block. */
  num_conv_branches: four,
  /** How many of a stage's last pairs have squeeze and excitation. */
  num_se_blocks: four,
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (width_factor: readonly number[], branches = 1, num_se_blocks = [0, 0, 0, 0]): Architecture => ({
  num_blocks: [2, 8, 10, 1],
  width_factor: [...width_factor],
  num_conv_branches: Array.from({ length: 4 }, () => branches),
  num_se_blocks,
})

const ARCHITECTURES = {
  s0: row([0.75, 1, 1, 2], 4),
  s1: row([1.5, 1.5, 2, 2.5]),
  s2: row([1.5, 2, 2.5, 4]),
  s3: row([2, 2.5, 3, 4]),
  s4: row([3, 3.5, 3.5, 4], 1, [0, 0, 5, 1]),
} as const

const schema = v.strictObject({
  /** A name, or the numbers of the four stages. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  in_channels: v.optional(count, 3),
  /** Stages whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, [3]),
  /** Freeze the stem (0) and so many stages; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  conv_cfg: convCfg,
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Squeeze and excitation, where the architecture has it. */
  se_cfg: v.optional(v.strictObject({ ratio: v.optional(count), divisor: v.optional(count) }), { ratio: 16 }),
  /** The form for inference: each block is one convolution, `branch_reparam`. */
  deploy: v.optional(v.boolean(), false),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  init_cfg: initCfgSchema,
})

interface MobileOneConfig extends ConfigOf<'MobileOne', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MobileOne: MobileOneConfig
  }
}

const DEFAULT_INIT = [
  { type: 'Kaiming', layer: ['Conv2d'] },
  { type: 'Constant', val: 1, layer: ['_BatchNorm'] },
] as const

/** Depthwise and 1×1 convolutions, trained with branches that inference folds into one (Vasu et al. 2022, arXiv 2206.04040). */
@MODELS.registerModule()
export class MobileOne extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly stem: MobileOneBlock
  private readonly stages: readonly Sequential[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('MobileOne', table, options.arch, optionPath(options, 'arch'))
    checkSqueezes(arch, optionPath(options, 'arch'))
    this.outIndices = resolveIndices(options.out_indices, 4, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, 4, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    const { norm_cfg: normCfg = { type: 'BN' }, act_cfg: actCfg = { type: 'ReLU' }, deploy } = options
    const shared = { normCfg, actCfg, deploy }
    const widths = arch.width_factor.map((factor, stage) => Math.trunc(64 * 2 ** stage * factor))
    let width = Math.min(64, widths[0] ?? 0)
    const first = { ...shared, inChannels: options.in_channels, outChannels: width, kernelSize: 3, stride: 2, padding: 1, groups: 1 }
    this.stem = this.registerModule('stage0', new MobileOneBlock(first, 1, builder))
    this.stages = arch.num_blocks.map((blocks, stage) => {
      const plainBlocks = blocks - (arch.num_se_blocks[stage] ?? 0)
      const layers = Array.from({ length: blocks }, (_, index) => {
        const common = { ...shared, inChannels: width, se: index >= plainBlocks ? options.se_cfg : undefined }
        const depthwise = {
          ...common,
          outChannels: width,
          kernelSize: 3,
          stride: index === 0 ? 2 : 1,
          padding: 1,
          groups: width,
        }
        const pointwise = { ...common, outChannels: widths[stage] ?? 0, kernelSize: 1, stride: 1, padding: 0, groups: 1 }
        width = pointwise.outChannels
        return [depthwise, pointwise].map((block) => new MobileOneBlock(block, arch.num_conv_branches[stage] ?? 1, builder))
      })
      return this.registerModule(`stage${stage + 1}`, new Sequential(layers.flat()))
    })
    if (options.norm_eval) keepStatistics(this)
    if (options.frozen_stages >= 0) for (const module of [this.stem, ...this.stages.slice(0, options.frozen_stages)]) module.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return runStages(this.stem.call(inputs), this.stages, this.outIndices)
  }
}

function checkSqueezes({ num_blocks: blocks, num_se_blocks: squeezes }: Architecture, path: string): void {
  if (squeezes.every((number, stage) => number <= (blocks[stage] ?? 0))) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'a stage has more squeezing blocks than blocks',
    path,
    got: squeezes,
    expected: `at most ${blocks.join(', ')}`,
  })
}
