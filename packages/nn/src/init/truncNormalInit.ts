import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { truncNormal } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
  mean: v.optional(v.number(), 0),
  std: v.optional(v.number(), 1),
  a: v.optional(v.number(), -2),
  b: v.optional(v.number(), 2),
})

interface TruncNormalConfig extends ConfigOf<'TruncNormal', typeof schema> {}
interface TruncNormalInitConfig extends ConfigOf<'TruncNormalInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    TruncNormal: TruncNormalConfig
    TruncNormalInit: TruncNormalInitConfig
  }
}

/** Normal weights within [a, b] (values, not multiples of std). */
@WEIGHT_INITIALIZERS.registerModule({ name: ['TruncNormal', 'TruncNormalInit'] })
export class TruncNormalInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = truncNormal(options.mean, options.std, options.a, options.b)
  }
}
