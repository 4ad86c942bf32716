import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { plainPlan, RESNET_DEPTHS } from './resNet.js'
import { resNetEntries } from './resnet/options.js'
import { ResidualNetwork } from './resnet/residualNetwork.js'

const schema = v.strictObject({ depth: v.picklist(RESNET_DEPTHS), ...resNetEntries })

interface ResNetV1cConfig extends ConfigOf<'ResNetV1c', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ResNetV1c: ResNetV1cConfig
  }
}

/** ResNet with three 3×3 convolutions as its stem (He et al. 2018, arXiv 1812.01187). */
@MODELS.registerModule()
export class ResNetV1c extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder, {
      ...plainPlan(options.depth, options),
      stem: { kind: 'deep', stride: 2, maxPool: true },
      shortcut: 'conv',
    })
  }
}
