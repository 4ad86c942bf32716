import { type ConfigOf, DATA_SAMPLERS, type Dataset } from '@tessera/core'
import * as v from 'valibot'
import { EpochSampler } from './epochSampler.js'
import type { SamplerContext } from './samplerContext.js'
import { shareAt } from './shareOfRank.js'

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
export class RepeatAugSampler extends EpochSampler {
  static readonly schema = schema
  private readonly repeats: number

  constructor(options: v.InferOutput<typeof schema>, dataset: Dataset, context: SamplerContext) {
    super(options, dataset, context, true)
    this.repeats = options.num_repeats
  }

  protected override placeAt(position: number): number {
    return Math.floor(shareAt(position, this.total * this.repeats, this.share) / this.repeats)
  }
}
