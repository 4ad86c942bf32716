import { type ConfigOf, DATA_SAMPLERS, type Dataset, type RandomSource, type Sampler } from '@tessera/core'
import * as v from 'valibot'
import type { SamplerContext } from './samplerContext.js'
import { type Share, WHOLE } from './shareOfRank.js'

const schema = v.strictObject({
  shuffle: v.optional(v.boolean(), true),
  /** Orders of its own, whatever else the run draws with the same seed; the run's seed alone when null. */
  seed: v.optional(v.nullable(v.pipe(v.number(), v.integer())), null),
})

interface InfiniteSamplerConfig extends ConfigOf<'InfiniteSampler', typeof schema> {}
declare module '@tessera/core' {
  interface DataSamplerTypes {
    InfiniteSampler: InfiniteSamplerConfig
  }
}

/**
 * One order after the other without end, for loops that count iterations (MMEngine's InfiniteSampler). With several processes each
 * takes every worldSize-th index of the one stream. `length` is the data set's, `setEpoch` changes nothing.
 */
@DATA_SAMPLERS.registerModule()
export class InfiniteSampler implements Sampler {
  static readonly schema = schema
  readonly endless = true
  readonly length: number
  private readonly random: RandomSource
  private readonly share: Share

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    dataset: Dataset,
    context: SamplerContext,
  ) {
    this.random = context.random.fork('sampler', ...(options.seed === null ? [] : [options.seed]))
    this.share = context.share ?? WHOLE
    this.length = dataset.length
  }

  setEpoch(): void {}

  *indices(start = 0): Iterable<number> {
    const { rank, worldSize } = this.share
    let round = -1
    let order: Int32Array | undefined
    for (let position = start; ; position++) {
      const global = rank + position * worldSize
      const place = global % this.length
      if (this.options.shuffle && Math.floor(global / this.length) !== round) {
        round = Math.floor(global / this.length)
        order = this.random.fork(round).permutation(this.length)
      }
      yield order?.[place] ?? place
    }
  }
}
