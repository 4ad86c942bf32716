import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfigs,
  inject,
  type PipelineItem,
  type RandomSource,
  TRANSFORMS,
  type Transform,
  type TransformTypes,
} from '@tessera/core'
import * as v from 'valibot'
import { hparamsSchema, policyPipeline } from '../augment/hparams.js'
import { RAND_POLICIES } from '../augment/policies.js'
import type { Pipeline } from '../datasets/pipeline.js'

const schema = v.strictObject({
  /** A preset by name, or augmentations as configs. */
  policies: v.union([v.picklist(['timm_increasing', 'simple_increasing']), componentConfigs<TransformTypes>(TRANSFORMS)]),
  /** How many are drawn for an image, with replacement. */
  num_policies: v.pipe(v.number(), v.integer(), v.minValue(1)),
  magnitude_level: v.pipe(v.number(), v.minValue(0)),
  /** Deviation of the level; 'inf' draws it uniformly from 0 to the level. */
  magnitude_std: v.optional(v.union([v.number(), v.literal('inf')]), 0),
  total_level: v.optional(v.pipe(v.number(), v.gtValue(0)), 10),
  /** Options for those augmentations that have them and do not say otherwise. */
  hparams: hparamsSchema,
})

export interface RandAugmentConfig extends ConfigOf<'RandAugment', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandAugment: RandAugmentConfig
  }
}

/** Randomly chosen augmentations of one strength (Cubuk et al. 2019, arXiv 1909.13719; MMPreTrain's RandAugment). */
@TRANSFORMS.registerModule()
export class RandAugment implements Transform {
  static readonly schema = schema
  private readonly pipelines: readonly Pipeline[]

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    const { policies, magnitude_level, magnitude_std, total_level, hparams } = options
    const strength = { magnitude_level, magnitude_std, total_level }
    const list = typeof policies === 'string' ? RAND_POLICIES[policies] : policies
    this.pipelines = list.map((one) => policyPipeline([one], hparams, builder, (own) => ('magnitude_range' in own ? strength : {})))
  }

  async transform(item: PipelineItem, random: RandomSource): Promise<PipelineItem | null> {
    let current: PipelineItem | null = item
    for (let i = 0; i < this.options.num_policies && current !== null; i++)
      current = (await this.pipelines[random.integer(this.pipelines.length)]?.run(current, random)) ?? null
    return current
  }
}
