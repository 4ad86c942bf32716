import { type ConfigOf, MODELS } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({})

interface IdentityConfig extends ConfigOf<'Identity', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    Identity: IdentityConfig
  }
}

/** Hands its input on. */
@MODELS.registerModule()
export class Identity extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return input
  }
}
