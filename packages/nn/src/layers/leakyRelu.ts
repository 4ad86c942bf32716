import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  /** Accepted for recipes' sake; every op here makes a new tensor. */
  inplace: v.optional(v.boolean()),
  /** Slope below zero. */
  negative_slope: v.optional(v.number(), 0.01),
})

interface LeakyReLUConfig extends ConfigOf<'LeakyReLU', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LeakyReLU: LeakyReLUConfig
  }
}

/** x, below zero times a small slope. */
@MODELS.registerModule()
export class LeakyReLU extends Activation {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.leakyRelu(input, this.options.negative_slope)
  }
}
