import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { constant } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
  val: v.number(),
})

interface ConstantConfig extends ConfigOf<'Constant', typeof schema> {}
interface ConstantInitConfig extends ConfigOf<'ConstantInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Constant: ConstantConfig
    ConstantInit: ConstantInitConfig
  }
}

/** Every weight `val`. */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Constant', 'ConstantInit'] })
export class ConstantInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = constant(options.val)
  }
}
