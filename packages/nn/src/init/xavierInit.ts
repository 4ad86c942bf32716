import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { xavier } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
  gain: v.optional(v.number(), 1),
  distribution: v.optional(v.picklist(['uniform', 'normal']), 'normal'),
})

interface XavierConfig extends ConfigOf<'Xavier', typeof schema> {}
interface XavierInitConfig extends ConfigOf<'XavierInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Xavier: XavierConfig
    XavierInit: XavierInitConfig
  }
}

/** Glorot & Bengio 2010. */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Xavier', 'XavierInit'] })
export class XavierInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = xavier(options.gain, options.distribution)
  }
}
