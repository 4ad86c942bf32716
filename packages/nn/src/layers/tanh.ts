import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
})

interface TanhConfig extends ConfigOf<'Tanh', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    Tanh: TanhConfig
  }
}

/** Hyperbolic tangent. */
@MODELS.registerModule()
export class Tanh extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.tanh(input)
  }
}
