import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { optionPath } from '@tessera/nn'
import * as v from 'valibot'
import { archName, count, namedArchitecture } from './backboneOptions.js'
import { Bottleneck } from './resnet/bottleneck.js'
import { residualEntries } from './resnet/options.js'
import { type RegNetNumbers, regNetStages } from './resnet/regNetStages.js'
import { ResidualNetwork } from './resnet/residualNetwork.js'

const number = v.pipe(v.number(), v.gtValue(0))

const row = (w0: number, wa: number, wm: number, group_w: number, depth: number): RegNetNumbers => ({
  w0,
  wa,
  wm,
  group_w,
  depth,
  bot_mul: 1,
})

const ARCHITECTURES = {
  regnetx_400mf: row(24, 24.48, 2.54, 16, 22),
  regnetx_800mf: row(56, 35.73, 2.28, 16, 16),
  'regnetx_1.6gf': row(80, 34.01, 2.25, 24, 18),
  'regnetx_3.2gf': row(88, 26.31, 2.25, 48, 25),
  'regnetx_4.0gf': row(96, 38.65, 2.43, 40, 23),
  'regnetx_6.4gf': row(184, 60.83, 2.07, 56, 17),
  'regnetx_8.0gf': row(80, 49.56, 2.88, 120, 23),
  regnetx_12gf: row(168, 73.36, 2.37, 112, 19),
} as const

const schema = v.strictObject({
  /** A name, or the six numbers. */
  arch: v.union([
    archName<keyof typeof ARCHITECTURES>(),
    v.strictObject({ w0: count, wa: number, wm: v.pipe(v.number(), v.gtValue(1)), group_w: count, depth: count, bot_mul: number }),
  ]),
  ...residualEntries,
  stem_channels: v.optional(count, 32),
  /** Of no effect: the architecture gives the widths. Accepted for recipes' sake. */
  base_channels: v.optional(count, 32),
  strides: v.optional(v.array(count), [2, 2, 2, 2]),
  /** Average pooling and a 1×1 instead of a strided 1×1 in the shortcut. */
  avg_down: v.optional(v.boolean(), false),
  deep_stem: v.optional(v.literal(false, 'RegNet has no deep stem'), false),
})

interface RegNetConfig extends ConfigOf<'RegNet', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    RegNet: RegNetConfig
  }
}

/** A residual network whose widths follow a line (Radosavovic et al. 2020, arXiv 2003.13678). */
@MODELS.registerModule()
export class RegNet extends ResidualNetwork {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const numbers = namedArchitecture('RegNet', new Map(Object.entries(ARCHITECTURES)), options.arch, optionPath(options, 'arch'))
    const stages = regNetStages(numbers)
    super(options, builder, {
      stem: { kind: 'conv3', stride: 2, maxPool: false },
      stages: stages.map(({ blocks, width }) => ({ blocks, outChannels: width, expansion: 1 })),
      shortcut: options.avg_down ? 'pool' : 'conv',
      dropPathRate: 0,
      initCfg: [],
      makeBlock: (block, { stage }) => {
        const { groups = 1, groupWidth = 1, width = 1 } = stages[stage] ?? {}
        return new Bottleneck(block, { groups, widthPerGroup: groupWidth, baseChannels: width })
      },
    })
  }
}
