import { type ConfigOf, DATA_SAMPLERS, type Dataset, type RandomSource, type Sampler } from '@tessera/core'
import * as v from 'valibot'
import type { SamplerContext } from './samplerContext.js'
import { type Share, shareAt, shareLength, WHOLE } from './shareOfRank.js'

const schema = v.strictObject({
  /** A new order every epoch. Without it an epoch is always the same part of the data set. */
  shuffle: v.optional(v.boolean(), true),
  /** How often each sample follows itself, augmented differently each time. */
  num_repeats: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 3),
  /** Orders of its own, whatever else the run draws with the same seed; the run's seed alone when null. */
  seed: v.optional(v.nullable(v.pipe(v.number(), v.integer())), null),
})

interface RepeatAugSamplerConfig extends ConfigOf<'RepeatAugSampler', typeof schema> {}
declare module '@tessera/core' {
  interface DataSamplerTypes {
    RepeatAugSampler: RepeatAugSamplerConfig
  }
}

/**
 * Each sample several times in a row, so that processes see other augmentations of the same image; an epoch is as long as the data set, and so
 * holds only a part of its images (Hoffer et al. 2019; MMPreTrain's RepeatAugSampler).
 */
@DATA_SAMPLERS.registerModule()
export class RepeatAugSampler implements Sampler {
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
    this.length = shareLength(this.total, this.share, true)
  }

  setEpoch(epoch: number): void {
    this.epoch = epoch
  }

  *indices(start = 0): Iterable<number> {
    const { shuffle, num_repeats: repeats } = this.options
    const order = shuffle ? this.random.fork(this.epoch).permutation(this.total) : undefined
    for (let position = start; position < this.length; position++) {
      const place = Math.floor(shareAt(position, this.total * repeats, this.share) / repeats)
      yield order === undefined ? place : (order[place] ?? place)
    }
  }
}
