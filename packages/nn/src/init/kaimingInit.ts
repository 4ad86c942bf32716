import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { kaiming, NONLINEARITIES } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
  /** Negative slope of the leaky ReLU behind the layer. */
  a: v.optional(v.number(), 0),
  mode: v.optional(v.picklist(['fan_in', 'fan_out']), 'fan_out'),
  nonlinearity: v.optional(v.picklist(NONLINEARITIES), 'relu'),
  distribution: v.optional(v.picklist(['uniform', 'normal']), 'normal'),
})

interface KaimingConfig extends ConfigOf<'Kaiming', typeof schema> {}
interface KaimingInitConfig extends ConfigOf<'KaimingInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Kaiming: KaimingConfig
    KaimingInit: KaimingInitConfig
  }
}

/** He et al. 2015, arXiv 1502.01852. */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Kaiming', 'KaimingInit'] })
export class KaimingInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = kaiming(options)
  }
}
