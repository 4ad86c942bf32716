import { BUILDER, type Builder, type ConfigOf, inject, WEIGHT_INITIALIZERS } from '@tessera/core'
import * as v from 'valibot'
import type { Initializer } from '../module/parameter.js'
import { kaiming } from './initializers.js'
import { biasEntries, WeightInit, weightInitEntries } from './weightInit.js'

const schema = v.strictObject({
  ...weightInitEntries,
  ...biasEntries,
})

interface Caffe2XavierConfig extends ConfigOf<'Caffe2Xavier', typeof schema> {}
interface Caffe2XavierInitConfig extends ConfigOf<'Caffe2XavierInit', typeof schema> {}

declare module '@tessera/core' {
  interface WeightInitializerTypes {
    Caffe2Xavier: Caffe2XavierConfig
    Caffe2XavierInit: Caffe2XavierInitConfig
  }
}

/** Caffe2's XavierFill: even weights of variance 1 / fan in. */
@WEIGHT_INITIALIZERS.registerModule({ name: ['Caffe2Xavier', 'Caffe2XavierInit'] })
export class Caffe2XavierInit extends WeightInit {
  static readonly schema = schema
  protected readonly weight: Initializer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.weight = kaiming({ a: 1 })
  }
}
