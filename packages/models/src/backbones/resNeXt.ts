import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { Bottleneck } from './resnet/bottleneck.js'
import { BOTTLENECK_DEPTHS, groupEntries, groupsOf, resNetEntries, stemEntries } from './resnet/options.js'
import { bottleneckPlan, ResidualNetwork } from './resnet/residualNetwork.js'

const schema = v.strictObject({
  depth: v.picklist(BOTTLENECK_DEPTHS),
  ...groupEntries,
  ...resNetEntries,
  ...stemEntries,
})

interface ResNeXtConfig extends ConfigOf<'ResNeXt', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ResNeXt: ResNeXtConfig
  }
}

/** ResNet whose 3×3 convolutions work in groups (Xie et al. 2016, arXiv 1611.05431). */
@MODELS.registerModule()
export class ResNeXt extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(
      options,
      builder,
      bottleneckPlan(options, (block) => new Bottleneck(block, groupsOf(options))),
    )
  }
}
