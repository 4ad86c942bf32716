import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildInitRules, buildNorm, Conv2d, ModuleList, optionPath, Parameter, Sequential, type TensorModule, zeros } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  keepStatistics,
  namedArchitecture,
  resolveIndices,
  runStages,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { vigBlock, vigStem } from './vig/vigBlock.js'
import { addPositions, checkNeighbours, grapherOptions, vigEntries } from './vig/vigOptions.js'

const architectureSchema = v.strictObject({
  /** Blocks of each stage. */
  blocks: v.array(count),
  /** Width of each stage. */
  channels: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (third: number, channels: number[]): Architecture => ({ blocks: [2, 2, third, 2], channels })
const ARCHITECTURES = {
  tiny: row(6, [48, 96, 240, 384]),
  small: row(6, [80, 160, 400, 640]),
  medium: row(16, [96, 192, 384, 768]),
  base: row(18, [128, 256, 512, 1024]),
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  ...vigEntries,
})

interface PyramidVigConfig extends ConfigOf<'PyramidVig', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    PyramidVig: PyramidVigConfig
  }
}

/** Side of the first map of an image of 224 pixels. */
const SIDE = 56
/** Each stage looks for neighbours on a map that is so many times smaller. */
const REDUCTIONS = [4, 2, 1, 1]

/** The Vision GNN with maps that shrink from stage to stage (Han et al. 2022, arXiv 2206.00272). Images are of 224 pixels. */
@MODELS.registerModule()
export class PyramidVig extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly posEmbed: Parameter
  private readonly stem: Sequential
  private readonly stages: ModuleList<Sequential>

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const { blocks: depths, channels } = namedArchitecture('PyramidVig', table, options.arch, optionPath(options, 'arch'))
    this.outIndices = resolveIndices(options.out_indices, depths.length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, depths.length, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const shared = grapherOptions(options)
    const [first = 0] = channels
    this.posEmbed = this.registerParameter('pos_embed', new Parameter([1, first, SIDE, SIDE], { init: zeros }))
    this.stem = this.registerModule('stem', vigStem(options.in_channels, [Math.floor(first / 2), first], shared, builder))
    const dropPaths = dropPathRates(options.drop_path, depths)
    const furthest = Math.floor(49 / options.k)
    let index = 0
    const stages = depths.map((depth, stage) => {
      const width = channels[stage] ?? 0
      const [reduction, places] = [REDUCTIONS[stage] ?? 1, Math.floor(SIDE ** 2 / 4 ** stage)]
      const shrink = new Conv2d(channels[stage - 1] ?? 0, width, 3, { stride: 2, padding: 1 })
      const layers: TensorModule[] = stage === 0 ? [] : [new Sequential([shrink, buildNorm(builder, shared.normCfg, width)])]
      for (let i = 0; i < depth; i++, index++) {
        const dilation = Math.min(Math.floor(index / 4) + 1, furthest)
        checkNeighbours(options, options.k * Math.max(dilation, 1), Math.floor(places / reduction ** 2))
        const place = { k: options.k, dilation, reduction, places, relativePos: true }
        layers.push(vigBlock({ ...shared, ...place, channels: width, dropPath: dropPaths[index] ?? 0 }, builder))
      }
      return new Sequential(layers)
    })
    this.stages = this.registerModule('stages', new ModuleList(stages))
    keepStatistics(options.norm_eval ? this : this.stem)
    for (const stage of stages.slice(0, options.frozen_stages)) stage.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const placed = addPositions(this.stem.call(inputs), this.posEmbed, this.path)
    return runStages(placed, [...this.stages], this.outIndices)
  }
}
