import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
})

interface SigmoidConfig extends ConfigOf<'Sigmoid', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    Sigmoid: SigmoidConfig
  }
}

/** 1 / (1 + e⁻ˣ). */
@MODELS.registerModule()
export class Sigmoid extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.sigmoid(input)
  }
}
