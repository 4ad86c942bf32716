import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { count } from './backboneOptions.js'
import { Bottle2neck } from './resnet/bottle2neck.js'
import { BOTTLENECK_DEPTHS, resNetEntries, stemEntries } from './resnet/options.js'
import { bottleneckPlan, ResidualNetwork } from './resnet/residualNetwork.js'

const schema = v.strictObject({
  depth: v.picklist(BOTTLENECK_DEPTHS),
  /** Parts that a block's channels are cut into. */
  scales: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 4),
  /** Width of a part where base_channels is 64. */
  base_width: v.optional(count, 26),
  ...resNetEntries,
  ...stemEntries,
  deep_stem: v.optional(v.boolean(), true),
  avg_down: v.optional(v.boolean(), true),
})

interface Res2NetConfig extends ConfigOf<'Res2Net', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    Res2Net: Res2NetConfig
  }
}

/** ResNet whose blocks see several scales at once (Gao et al. 2019, arXiv 1904.01169). */
@MODELS.registerModule()
export class Res2Net extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const { scales, base_width: baseWidth, base_channels: baseChannels } = options
    super(options, builder, {
      ...bottleneckPlan(options, (block, { index }) => new Bottle2neck(block, { scales, baseWidth, baseChannels, isFirst: index === 0 })),
      shortcut: options.avg_down ? 'poolAlways' : 'conv',
      initCfg: [],
    })
  }
}
