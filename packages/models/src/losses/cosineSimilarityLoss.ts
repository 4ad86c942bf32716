import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { maskedMean, ReconstructionLoss, unitLength } from './reconstructionLoss.js'

const schema = v.strictObject({
  /** Added to the loss: with 1 or 2 it has its minimum at zero. */
  shift_factor: v.optional(v.number(), 0),
  /** What the cosine is multiplied by. */
  scale_factor: v.optional(v.number(), 1),
})

interface CosineSimilarityLossConfig extends ConfigOf<'CosineSimilarityLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    CosineSimilarityLoss: CosineSimilarityLossConfig
  }
}

/** shift − scale · cosine of the angle between two features (MMPreTrain's CosineSimilarityLoss). */
@MODELS.registerModule()
export class CosineSimilarityLoss extends ReconstructionLoss {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override forward(pred: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const cosine = tf.sum(tf.mul(unitLength(pred), unitLength(target)), -1)
    return maskedMean(tf.sub(this.options.shift_factor, tf.mul(cosine, this.options.scale_factor)), mask)
  }
}
