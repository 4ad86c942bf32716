import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { optionPath } from '@tessera/nn'
import * as v from 'valibot'
import { archName, namedArchitecture } from './backboneOptions.js'
import { Twins, type TwinsArchitecture, twinsArchitectureEntries, twinsEntries } from './twins/twins.js'

const architectureSchema = v.strictObject(twinsArchitectureEntries)

const row = (depths: number[]): TwinsArchitecture => ({
  embed_dims: [64, 128, 320, 512],
  depths,
  num_heads: [1, 2, 5, 8],
  patch_sizes: [4, 2, 2, 2],
  strides: [4, 2, 2, 2],
  mlp_ratios: [8, 8, 4, 4],
  sr_ratios: [8, 4, 2, 1],
})
const [small, base, large] = [row([3, 4, 6, 3]), row([3, 4, 18, 3]), row([3, 8, 27, 3])]
const ARCHITECTURES = { s: small, small, b: base, base, l: large, large } as const

const schema = v.strictObject({
  /** A name, or the numbers of each stage. */
  arch: v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]),
  ...twinsEntries,
})

interface PCPVTConfig extends ConfigOf<'PCPVT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    PCPVT: PCPVTConfig
  }
}

/** A pyramid of global attention with positions from convolutions: Twins-PCPVT (Chu et al. 2021, arXiv 2104.13840). */
@MODELS.registerModule()
export class PCPVT extends Twins {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const table = new Map<string, TwinsArchitecture>(Object.entries(ARCHITECTURES))
    super(options, namedArchitecture('PCPVT', table, options.arch, optionPath(options, 'arch')), () => undefined, builder)
  }
}
