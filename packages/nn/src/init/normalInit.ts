import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { normal } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
  mean: v.optional(v.number(), 0),
  std: v.optional(v.number(), 1),
})

interface NormalConfig extends ConfigOf<'Normal', typeof schema> {}
interface NormalInitConfig extends ConfigOf<'NormalInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Normal: NormalConfig
    NormalInit: NormalInitConfig
  }
}

/** Normal weights. */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Normal', 'NormalInit'] })
export class NormalInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = normal(options.mean, options.std)
  }
}
