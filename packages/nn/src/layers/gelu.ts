import { type ConfigOf, MODELS } from '@tessera/core'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { gelu } from '../ops/gelu.js'
import { Activation } from './activation.js'

const schema = v.strictObject({})

interface GELUConfig extends ConfigOf<'GELU', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    GELU: GELUConfig
  }
}

/** x · Φ(x), exact (Hendrycks & Gimpel 2016, arXiv 1606.08415). */
@MODELS.registerModule()
export class GELU extends Activation {
  static readonly schema = schema

  override forward(input: tf.Tensor): tf.Tensor {
    return gelu(input)
  }
}
