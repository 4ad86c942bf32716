import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { BOTTLENECK_DEPTHS, groupEntries, groupsOf, resNetEntries, seEntries, stemEntries } from './resnet/options.js'
import { bottleneckPlan, ResidualNetwork } from './resnet/residualNetwork.js'
import { SEBottleneck } from './resnet/seBottleneck.js'

const schema = v.strictObject({
  depth: v.picklist(BOTTLENECK_DEPTHS),
  ...groupEntries,
  ...seEntries,
  ...resNetEntries,
  ...stemEntries,
})

interface SEResNeXtConfig extends ConfigOf<'SEResNeXt', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SEResNeXt: SEResNeXtConfig
  }
}

/** ResNeXt with squeeze and excitation in every block (Hu et al. 2017, arXiv 1709.01507). */
@MODELS.registerModule()
export class SEResNeXt extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    // MMPreTrain does not hand its se_ratio on here: the blocks keep 16, whatever the config says.
    super(
      options,
      builder,
      bottleneckPlan(options, (block) => new SEBottleneck(block, 16, groupsOf(options))),
    )
  }
}
