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
import { AUTO_POLICIES } from '../augment/policies.js'
import type { Pipeline } from '../datasets/pipeline.js'

const schema = v.strictObject({
  /** A preset by name, or lists of augmentations, of which one list is drawn for an image. */
  policies: v.union([v.picklist(['imagenet']), v.pipe(v.array(componentConfigs<TransformTypes>(TRANSFORMS)), v.minLength(1))]),
  /** Options for those augmentations that have them and do not say otherwise. */
  hparams: hparamsSchema,
})

export interface AutoAugmentConfig extends ConfigOf<'AutoAugment', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    AutoAugment: AutoAugmentConfig
  }
}

/** One of several learnt sequences of augmentations (Cubuk et al. 2018, arXiv 1805.09501; MMPreTrain's AutoAugment). */
@TRANSFORMS.registerModule()
export class AutoAugment implements Transform {
  static readonly schema = schema
  private readonly pipelines: readonly Pipeline[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const policies = typeof options.policies === 'string' ? AUTO_POLICIES[options.policies] : options.policies
    this.pipelines = policies.map((steps) => policyPipeline(steps, options.hparams, builder))
  }

  async transform(item: PipelineItem, random: RandomSource): Promise<PipelineItem | null> {
    return (await this.pipelines[random.integer(this.pipelines.length)]?.run(item, random)) ?? null
  }
}
