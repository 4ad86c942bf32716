import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
})

interface ReLUConfig extends ConfigOf<'ReLU', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ReLU: ReLUConfig
  }
}

/** max(0, x). */
@MODELS.registerModule()
export class ReLU extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.relu(input)
  }
}
