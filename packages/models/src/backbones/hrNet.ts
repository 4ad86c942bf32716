import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Conv2d,
  Identity,
  initCfgSchema,
  ModuleList,
  normName,
  optionPath,
  ReLU,
  Sequential,
  type TensorModule,
} from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, CONV_INIT, convCfg, count, initCfgOr, keepStatistics, namedArchitecture, noCheckpointing } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { convNormRelu, HRModule, type StageConfig, widthsOf } from './hrnet/hrModule.js'
import { residualStage } from './resnet/residualStage.js'

const stageSchema = v.strictObject({
  num_modules: count,
  num_branches: count,
  block: v.picklist(['BASIC', 'BOTTLENECK']),
  /** Blocks of each branch. */
  num_blocks: v.array(count),
  /** Width inside the blocks of each branch. */
  num_channels: v.array(count),
})
const extraSchema = v.strictObject({ stage1: stageSchema, stage2: stageSchema, stage3: stageSchema, stage4: stageSchema })
type Extra = v.InferOutput<typeof extraSchema>

const row = (width: number): Extra => {
  const stage = (num_modules: number, num_branches: number) => ({
    num_modules,
    num_branches,
    block: 'BASIC' as const,
    num_blocks: Array.from({ length: num_branches }, () => 4),
    num_channels: Array.from({ length: num_branches }, (_, i) => width * 2 ** i),
  })
  const stage1: StageConfig & Extra['stage1'] = {
    num_modules: 1,
    num_branches: 1,
    block: 'BOTTLENECK',
    num_blocks: [4],
    num_channels: [64],
  }
  return { stage1, stage2: stage(1, 2), stage3: stage(4, 3), stage4: stage(3, 4) }
}
const ARCHITECTURES = { w18: row(18), w30: row(30), w32: row(32), w40: row(40), w44: row(44), w48: row(48), w64: row(64) } as const

const schema = v.strictObject({
  arch: v.optional(archName<keyof typeof ARCHITECTURES>(), 'w32'),
  /** The numbers of the four stages, instead of `arch`. */
  extra: v.nullish(extraSchema),
  in_channels: v.optional(count, 3),
  conv_cfg: convCfg,
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Batch norms keep to their running statistics in training, too. */
  norm_eval: v.optional(v.boolean(), false),
  with_cp: noCheckpointing,
  /** Start the last norm of each block at zero, from the second stage on. */
  zero_init_residual: v.optional(v.boolean(), false),
  /** All four branches are returned, or (false) the first alone. */
  multiscale_output: v.optional(v.boolean(), true),
  init_cfg: initCfgSchema,
})

interface HRNetConfig extends ConfigOf<'HRNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HRNet: HRNetConfig
  }
}

interface Stage {
  /** What makes the branches of the ones before: the last of those feeds all new branches. */
  readonly transition: ModuleList<TensorModule>
  readonly modules: ModuleList<HRModule>
}

/** Keeps a high resolution all the way, beside lower ones, which exchange what they find (Sun et al. 2019, arXiv 1902.09212). */
@MODELS.registerModule()
export class HRNet extends BaseBackbone {
  static readonly schema = schema
  private readonly stem: readonly TensorModule[]
  private readonly stages: readonly Stage[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Extra>(Object.entries(ARCHITECTURES))
    const extra = options.extra ?? namedArchitecture('HRNet', table, options.arch, optionPath(options, 'arch'))
    for (const [name, stage] of Object.entries(extra)) checkStage(stage, `${optionPath(options, 'extra')}.${name}`)
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, CONV_INIT), builder)
    const normCfg = options.norm_cfg ?? { type: 'BN' }
    const half = (from: number, number: 1 | 2): TensorModule[] => {
      const conv = this.registerModule(`conv${number}`, new Conv2d(from, 64, 3, { stride: 2, padding: 1, bias: false }))
      const norm = buildNorm(builder, normCfg, 64)
      return [conv, this.registerModule(normName(norm, number), norm), new ReLU()]
    }
    const stem = [...half(options.in_channels, 1), ...half(64, 2)]
    const [before = 0] = widthsOf(extra.stage1)
    const first = { kind: extra.stage1.block, blocks: extra.stage1.num_blocks[0] ?? 1, inChannels: 64, outChannels: before }
    const layer1 = residualStage({ ...first, normCfg: { type: 'BN' }, zeroInit: false }, builder)
    this.stem = [...stem, this.registerModule('layer1', layer1)]
    let widths = [before]
    this.stages = [extra.stage2, extra.stage3, extra.stage4].map((config, index) => {
      const next = widthsOf(config)
      const transition = this.registerModule(`transition${index + 1}`, makeTransition(widths, next, normCfg, builder))
      widths = next
      const modules = Array.from({ length: config.num_modules }, (_, i) => {
        const isLast = index === 2 && i === config.num_modules - 1
        const outputs = isLast && !options.multiscale_output ? 1 : next.length
        return new HRModule(config, outputs, { normCfg, zeroInit: options.zero_init_residual }, builder)
      })
      return { transition, modules: this.registerModule(`stage${index + 2}`, new ModuleList(modules)) }
    })
    if (options.norm_eval) keepStatistics(this)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    let maps: readonly tf.Tensor[] = [this.stem.reduce((x: tf.Tensor, layer) => layer.call(x), inputs)]
    for (const { transition, modules } of this.stages) {
      const branches = [...transition].map((layer, i) => layer.call((maps[i] ?? maps.at(-1)) as tf.Tensor))
      maps = [...modules].reduce<readonly tf.Tensor[]>((given, module) => module.call(given), branches)
    }
    return maps
  }
}

function makeTransition(from: readonly number[], to: readonly number[], normCfg: object, builder: Builder): ModuleList<TensorModule> {
  const conv = (source: number, target: number, stride: 1 | 2) => convNormRelu(source, target, 3, stride, true, normCfg, builder)
  const layers = to.map((width, i): TensorModule => {
    const own = from[i]
    if (own !== undefined) return own === width ? new Identity() : conv(own, width, 1)
    const last = from.at(-1) ?? 0
    const steps = i + 1 - from.length
    return new Sequential(Array.from({ length: steps }, (_, k) => conv(last, k === steps - 1 ? width : last, 2)))
  })
  return new ModuleList(layers)
}

function checkStage({ num_branches: branches, num_blocks: blocks, num_channels: channels }: Extra['stage1'], path: string): void {
  if (blocks.length === branches && channels.length === branches) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'a stage has one number of blocks and one width for each branch',
    path,
    got: { num_blocks: blocks, num_channels: channels },
    expected: `${branches} numbers each`,
  })
}
