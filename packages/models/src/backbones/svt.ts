import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { optionPath } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, namedArchitecture } from './backboneOptions.js'
import { LocalAttention } from './twins/localAttention.js'
import { Twins, twinsArchitectureEntries, twinsEntries } from './twins/twins.js'

const architectureSchema = v.strictObject({
  ...twinsArchitectureEntries,
  /** Side of each stage's windows. */
  window_sizes: v.array(count),
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (width: number, heads: number, depths: number[]): Architecture => ({
  embed_dims: [width, 2 * width, 4 * width, 8 * width],
  depths,
  num_heads: [heads, 2 * heads, 4 * heads, 8 * heads],
  patch_sizes: [4, 2, 2, 2],
  strides: [4, 2, 2, 2],
  mlp_ratios: [4, 4, 4, 4],
  sr_ratios: [8, 4, 2, 1],
  window_sizes: [7, 7, 7, 7],
})
const [small, base, large] = [row(64, 2, [2, 2, 10, 4]), row(96, 3, [2, 2, 18, 2]), row(128, 4, [2, 2, 18, 2])]
const ARCHITECTURES = { s: small, small, b: base, base, l: large, large } as const

const schema = v.strictObject({
  /** A name, or the numbers of each stage. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  ...twinsEntries,
})

interface SVTConfig extends ConfigOf<'SVT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SVT: SVTConfig
  }
}

/** Attention within windows and of the whole map by turns: Twins-SVT (Chu et al. 2021, arXiv 2104.13840). */
@MODELS.registerModule()
export class SVT extends Twins {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('SVT', table, options.arch, optionPath(options, 'arch'))
    const local = (stage: number, index: number, attention: ConstructorParameters<typeof LocalAttention>[0]) =>
      index % 2 === 0 ? new LocalAttention(attention, arch.window_sizes[stage] ?? 7) : undefined
    super(options, arch, local, builder)
  }
}
