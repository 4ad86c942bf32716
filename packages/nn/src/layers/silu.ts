import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
})

interface SiLUConfig extends ConfigOf<'SiLU', typeof schema> {}
interface SwishConfig extends ConfigOf<'Swish', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SiLU: SiLUConfig
    Swish: SwishConfig
  }
}

/** x · sigmoid(x) (Elfwing et al. 2017, arXiv 1702.03118). */
@MODELS.registerModule({ name: ['SiLU', 'Swish'] })
export class SiLU extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.mul(input, tf.sigmoid(input))
  }
}
