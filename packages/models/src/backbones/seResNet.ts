import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { BOTTLENECK_DEPTHS, resNetEntries, seEntries, stemEntries } from './resnet/options.js'
import { bottleneckPlan, ResidualNetwork } from './resnet/residualNetwork.js'
import { SEBottleneck } from './resnet/seBottleneck.js'

const schema = v.strictObject({
  depth: v.picklist(BOTTLENECK_DEPTHS),
  ...seEntries,
  ...resNetEntries,
  ...stemEntries,
})

interface SEResNetConfig extends ConfigOf<'SEResNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SEResNet: SEResNetConfig
  }
}

/** ResNet with squeeze and excitation in every block (Hu et al. 2017, arXiv 1709.01507). */
@MODELS.registerModule()
export class SEResNet extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(
      options,
      builder,
      bottleneckPlan(options, (block) => new SEBottleneck(block, options.se_ratio)),
    )
  }
}
