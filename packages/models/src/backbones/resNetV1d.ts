import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { plainPlan, RESNET_DEPTHS } from './resNet.js'
import { resNetEntries } from './resnet/options.js'
import { ResidualNetwork } from './resnet/residualNetwork.js'

const schema = v.strictObject({ depth: v.picklist(RESNET_DEPTHS), ...resNetEntries })

interface ResNetV1dConfig extends ConfigOf<'ResNetV1d', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ResNetV1d: ResNetV1dConfig
  }
}

/** ResNetV1c whose shortcuts pool before their 1×1, so that no value is passed over (He et al. 2018, arXiv 1812.01187). */
@MODELS.registerModule()
export class ResNetV1d extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder, {
      ...plainPlan(options.depth, options),
      stem: { kind: 'deep', stride: 2, maxPool: true },
      shortcut: 'pool',
    })
  }
}
