import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { Activation } from './activation.js'

const schema = v.strictObject({
  bias: v.optional(v.number(), 3),
  divisor: v.optional(v.pipe(v.number(), v.gtValue(0)), 6),
  min_value: v.optional(v.number(), 0),
  max_value: v.optional(v.number(), 1),
})

interface HSigmoidConfig extends ConfigOf<'HSigmoid', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    HSigmoid: HSigmoidConfig
  }
}

/** (x + bias) / divisor, held between two values: a sigmoid of straight lines (Howard et al. 2019, arXiv 1905.02244). */
@MODELS.registerModule()
export class HSigmoid extends Activation {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const { bias, divisor, min_value: low, max_value: high } = this.options
    return tf.clipByValue(tf.mul(tf.add(input, bias), 1 / divisor), low, high)
  }
}
