import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  componentConfigs,
  inject,
  type PipelineItem,
  type RandomSource,
  TRANSFORMS,
  type Transform,
  type TransformTypes,
} from '@tessera/core'
import * as v from 'valibot'
import { probability } from '../augment/magnitude.js'
import { Pipeline } from '../datasets/pipeline.js'

const schema = v.strictObject({
  /** Applied one after the other, all or none. */
  transforms: v.union([componentConfigs<TransformTypes>(TRANSFORMS), componentConfig<TransformTypes>(TRANSFORMS)]),
  prob: v.optional(probability, 0.5),
})

export interface RandomApplyConfig extends ConfigOf<'RandomApply', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomApply: RandomApplyConfig
  }
}

/** Applies transforms with a probability (mmcv's RandomApply). */
@TRANSFORMS.registerModule()
export class RandomApply implements Transform {
  static readonly schema = schema
  private readonly pipeline: Pipeline

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    this.pipeline = new Pipeline([options.transforms].flat(), builder)
  }

  async transform(item: PipelineItem, random: RandomSource): Promise<PipelineItem | null> {
    return random.uniform() < this.options.prob ? this.pipeline.run(item, random) : item
  }
}
