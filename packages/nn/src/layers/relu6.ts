import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
})

interface ReLU6Config extends ConfigOf<'ReLU6', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ReLU6: ReLU6Config
  }
}

/** min(max(0, x), 6). */
@MODELS.registerModule()
export class ReLU6 extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.relu6(input)
  }
}
