import { type ConfigOf, DATA_SAMPLERS, type Dataset } from '@tessera/core'
import * as v from 'valibot'
import { EpochSampler } from './epochSampler.js'
import type { SamplerContext } from './samplerContext.js'
import { shareAt } from './shareOfRank.js'

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
export class DefaultSampler extends EpochSampler {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, dataset: Dataset, context: SamplerContext) {
    super(options, dataset, context, options.round_up)
  }

  protected override placeAt(position: number): number {
    return shareAt(position, this.total, this.share)
  }
}
