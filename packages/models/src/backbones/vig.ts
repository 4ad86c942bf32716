import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildInitRules, ModuleList, optionPath, Parameter, type Sequential, zeros } from '@tessera/nn'
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
import { vigBlock, vigStem, wholeSteps } from './vig/vigBlock.js'
import { addPositions, checkNeighbours, grapherOptions, vigEntries } from './vig/vigOptions.js'

const architectureSchema = v.strictObject({ num_blocks: count, channels: count })
type Architecture = v.InferOutput<typeof architectureSchema>

const ARCHITECTURES = {
  tiny: { num_blocks: 12, channels: 192 },
  small: { num_blocks: 16, channels: 320 },
  base: { num_blocks: 16, channels: 640 },
} as const

const schema = v.strictObject({
  /** A name, or the numbers. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  ...vigEntries,
  /** Neighbours lie further apart in each four blocks. */
  use_dilation: v.optional(v.boolean(), true),
  /** Near places count as more alike. */
  relative_pos: v.optional(v.boolean(), false),
})

interface VigConfig extends ConfigOf<'Vig', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    Vig: VigConfig
  }
}

/** Side of the map of patches of an image of 224 pixels. */
const SIDE = 14

/** An image as a graph of its patches (Han et al. 2022, arXiv 2206.00272). Images are of 224 pixels. */
@MODELS.registerModule()
export class Vig extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly posEmbed: Parameter
  private readonly stem: Sequential
  private readonly blocks: ModuleList<Sequential>

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const { num_blocks: length, channels } = namedArchitecture('Vig', table, options.arch, optionPath(options, 'arch'))
    this.outIndices = resolveIndices(options.out_indices, length, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, length, optionPath(options, 'frozen_stages'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const shared = grapherOptions(options)
    this.posEmbed = this.registerParameter('pos_embed', new Parameter([1, channels, SIDE, SIDE], { init: zeros }))
    const widths = [8, 4, 2, 1].map((part) => Math.floor(channels / part))
    this.stem = this.registerModule('stem', vigStem(options.in_channels, widths, shared, builder))
    const dropPaths = dropPathRates(options.drop_path, length)
    const neighbours = wholeSteps(options.k, 2 * options.k, length)
    const furthest = Math.floor(SIDE ** 2 / Math.max(...neighbours))
    const blocks = dropPaths.map((dropPath, i) => {
      const [k, dilation] = [neighbours[i] ?? 0, options.use_dilation ? Math.min(Math.floor(i / 4) + 1, furthest) : 1]
      checkNeighbours(options, k * Math.max(dilation, 1), SIDE ** 2)
      const place = { k, dilation, reduction: 1, places: SIDE ** 2, relativePos: options.relative_pos }
      return vigBlock({ ...shared, ...place, channels, dropPath }, builder)
    })
    this.blocks = this.registerModule('blocks', new ModuleList(blocks))
    keepStatistics(options.norm_eval ? this : this.stem)
    for (const block of blocks.slice(0, options.frozen_stages)) block.freeze()
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const placed = addPositions(this.stem.call(inputs), this.posEmbed, this.path)
    return runStages(placed, [...this.blocks], this.outIndices)
  }
}
