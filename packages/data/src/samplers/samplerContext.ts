import type { RandomSource } from '@tessera/core'
import type { Share } from './shareOfRank.js'

/** What a loader hands to a sampler besides its options and the data set. */
export interface SamplerContext {
  /** The loader's stream; samplers fork it. */
  readonly random: RandomSource
  /** Which process of how many; the only one by default. */
  readonly share?: Share
}
