import type { Dataset, RandomSource, Sampler } from '@tessera/core'
import type { SamplerContext } from './samplerContext.js'
import { type Share, shareLength, WHOLE } from './shareOfRank.js'

interface EpochOptions {
  readonly shuffle: boolean
  readonly seed: number | null
}

/** One process's part of each epoch, in an order that depends on the seed and the epoch, and on nothing else. */
export abstract class EpochSampler implements Sampler {
  readonly length: number
  protected readonly share: Share
  protected readonly total: number
  private readonly shuffle: boolean
  private readonly random: RandomSource
  private epoch = 0

  /** @param roundUp as of `shareLength` */
  constructor({ shuffle, seed }: EpochOptions, dataset: Dataset, context: SamplerContext, roundUp: boolean) {
    this.shuffle = shuffle
    this.random = context.random.fork('sampler', ...(seed === null ? [] : [seed]))
    this.share = context.share ?? WHOLE
    this.total = dataset.length
    this.length = shareLength(this.total, this.share, roundUp)
  }

  /** Where in the epoch's order, from 0 to `total` − 1, this process's `position`-th sample stands. */
  protected abstract placeAt(position: number): number

  setEpoch(epoch: number): void {
    this.epoch = epoch
  }

  *indices(start = 0): Iterable<number> {
    const order = this.shuffle ? this.random.fork(this.epoch).permutation(this.total) : undefined
    for (let position = start; position < this.length; position++) {
      const place = this.placeAt(position)
      yield order === undefined ? place : (order[place] ?? place)
    }
  }
}
