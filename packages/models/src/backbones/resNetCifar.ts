import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { plainPlan, RESNET_DEPTHS } from './resNet.js'
import { resNetEntries, stemEntries } from './resnet/options.js'
import { ResidualNetwork } from './resnet/residualNetwork.js'

const schema = v.strictObject({
  depth: v.picklist(RESNET_DEPTHS),
  ...resNetEntries,
  ...stemEntries,
  /** The stem is one 3×3 convolution: there is no deep one. */
  deep_stem: v.optional(v.literal(false, 'ResNet_CIFAR has no deep stem'), false),
})

interface ResNetCifarConfig extends ConfigOf<'ResNet_CIFAR', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ResNet_CIFAR: ResNetCifarConfig
  }
}

/** ResNet for small images: a 3×3 stem that keeps the size, and no pooling behind it (He et al. 2015, arXiv 1512.03385). */
@MODELS.registerModule({ name: 'ResNet_CIFAR' })
export class ResNetCifar extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder, {
      ...plainPlan(options.depth, options),
      stem: { kind: 'conv3', stride: 1, maxPool: false },
      shortcut: options.avg_down ? 'pool' : 'conv',
    })
  }
}
