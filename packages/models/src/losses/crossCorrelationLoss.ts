import { type ConfigOf, MODELS } from '@tessera/core'
import { Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'

const schema = v.strictObject({
  /** What correlations of different features count. */
  lambd: v.optional(v.number(), 0.0051),
})

interface CrossCorrelationLossConfig extends ConfigOf<'CrossCorrelationLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    CrossCorrelationLoss: CrossCorrelationLossConfig
  }
}

/** How far a correlation matrix is from the identity, squared (Barlow Twins: Zbontar et al. 2021, arXiv 2103.03230). */
@MODELS.registerModule()
export class CrossCorrelationLoss extends Module {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  /** @param correlation [features, features] */
  override forward(correlation: tf.Tensor2D): tf.Tensor {
    const identity = tf.eye(correlation.shape[0])
    const weights = tf.add(identity, tf.mul(tf.sub(1, identity), this.options.lambd))
    return tf.sum(tf.mul(tf.square(tf.sub(correlation, identity)), weights))
  }
}
