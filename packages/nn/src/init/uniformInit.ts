import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { uniform } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
  a: v.optional(v.number(), 0),
  b: v.optional(v.number(), 1),
})

interface UniformConfig extends ConfigOf<'Uniform', typeof schema> {}
interface UniformInitConfig extends ConfigOf<'UniformInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Uniform: UniformConfig
    UniformInit: UniformInitConfig
  }
}

/** Weights even in [a, b). */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Uniform', 'UniformInit'] })
export class UniformInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = uniform(options.a, options.b)
  }
}
