import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
})

interface HSwishConfig extends ConfigOf<'HSwish', typeof schema> {}
interface HardswishConfig extends ConfigOf<'Hardswish', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HSwish: HSwishConfig
    Hardswish: HardswishConfig
  }
}

/** x · relu6(x + 3) / 6 (Howard et al. 2019, arXiv 1905.02244). */
@MODELS.registerModule({ name: ['HSwish', 'Hardswish'] })
export class HSwish extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.mul(input, tf.mul(tf.relu6(tf.add(input, 3)), 1 / 6))
  }
}
