import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { count } from './backboneOptions.js'
import { groupEntries, groupsOf, resNetEntries } from './resnet/options.js'
import { bottleneckPlan, ResidualNetwork } from './resnet/residualNetwork.js'
import { SplitBottleneck } from './resnet/splitBottleneck.js'

const schema = v.strictObject({
  depth: v.picklist([50, 101, 152, 200, 269]),
  ...groupEntries,
  groups: v.optional(count, 1),
  /** Branches that split attention weighs against one another. */
  radix: v.optional(count, 2),
  /** How much narrower the attention is inside. */
  reduction_factor: v.optional(count, 4),
  /** Stride by pooling behind the 3×3 instead of in it. */
  avg_down_stride: v.optional(v.boolean(), true),
  ...resNetEntries,
})

interface ResNeStConfig extends ConfigOf<'ResNeSt', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ResNeSt: ResNeStConfig
  }
}

/** ResNetV1d with split attention (Zhang et al. 2020, arXiv 2004.08955). */
@MODELS.registerModule()
export class ResNeSt extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const { radix, reduction_factor: reductionFactor, avg_down_stride: avgDownStride } = options
    const split = { groups: groupsOf(options), radix, reductionFactor, avgDownStride }
    super(
      options,
      builder,
      bottleneckPlan({ ...options, deep_stem: true, avg_down: true }, (block) => new SplitBottleneck(block, split)),
    )
  }
}
