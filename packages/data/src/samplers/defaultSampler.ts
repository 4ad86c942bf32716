import { type ConfigOf, DATA_SAMPLERS, type Dataset, type RandomSource, type Sampler } from '@tessera/core'
import * as v from 'valibot'
import type { SamplerContext } from './samplerContext.js'
import { type Share, shareAt, shareLength, WHOLE } from './shareOfRank.js'

const schema = v.strictObject({
  /** A new order every epoch; otherwise the data set's own. */
  shuffle: v.optional(v.boolean(), true),
  /** Orders of its own, whatever else the run draws with the same seed; the run's seed alone when null. */
  seed: v.optional(v.nullable(v.pipe(v.number(), v.integer())), null),
  /** With several processes, repeat samples so that each gets the same number. */
  round_up: v.optional(v.boolean(), true),
})

interface DefaultSamplerConfig extends ConfigOf<'DefaultSampler', typeof schema> {}
declare module '@tessera/core' {
  interface DataSamplerTypes {
    DefaultSampler: DefaultSamplerConfig
  }
}

/** Every sample once an epoch (MMEngine's DefaultSampler). The order depends on the seed and the epoch, and on nothing else. */
@DATA_SAMPLERS.registerModule()
export class DefaultSampler implements Sampler {
  static readonly schema = schema
  readonly length: number
  private readonly random: RandomSource
  private readonly share: Share
  private readonly total: number
  private epoch = 0

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    dataset: Dataset,
    context: SamplerContext,
  ) {
    this.random = context.random.fork('sampler', ...(options.seed === null ? [] : [options.seed]))
    this.share = context.share ?? WHOLE
    this.total = dataset.length
    this.length = shareLength(this.total, this.share, options.round_up)
  }

  setEpoch(epoch: number): void {
    this.epoch = epoch
  }

  *indices(start = 0): Iterable<number> {
    const order = this.options.shuffle ? this.random.fork(this.epoch).permutation(this.total) : undefined
    for (let position = start; position < this.length; position++) {
      const index = shareAt(position, this.total, this.share)
      yield order === undefined ? index : (order[index] ?? index)
    }
  }
}
