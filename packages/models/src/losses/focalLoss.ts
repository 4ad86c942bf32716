import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from './baseLoss.js'
import { oneHotTarget } from './oneHotTarget.js'
import { type LossCallOptions, REDUCTIONS, reduceLoss } from './reduceLoss.js'
import { safePow } from './safePow.js'
import { binaryCrossEntropy } from './scoreLosses.js'

const schema = v.strictObject({
  /** How strongly what is already right is played down. */
  gamma: v.optional(v.pipe(v.number(), v.minValue(0)), 2),
  /** Weight of the positive answers; the negative ones have 1 − alpha. */
  alpha: v.optional(v.number(), 0.25),
  reduction: v.optional(v.picklist(REDUCTIONS), 'mean'),
  loss_weight: v.optional(v.number(), 1),
})

interface FocalLossConfig extends ConfigOf<'FocalLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    FocalLoss: FocalLossConfig
  }
}

/** Binary cross entropy of each class, weighed by how wrong it is: (1 − p)^gamma (Lin et al. 2017, arXiv 1708.02002). */
@MODELS.registerModule()
export class FocalLoss extends BaseLoss {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override forward(score: tf.Tensor, target: tf.Tensor, call: LossCallOptions = {}): tf.Tensor {
    const { gamma, alpha, reduction, loss_weight: lossWeight } = this.options
    const labels = oneHotTarget(target, score, this.path)
    const others = tf.sub(1, labels)
    const probability = tf.sigmoid(score)
    const wrong = tf.add(tf.mul(tf.sub(1, probability), labels), tf.mul(probability, others))
    const balance = tf.add(tf.mul(labels, alpha), tf.mul(others, 1 - alpha))
    const loss = tf.mul(binaryCrossEntropy(score, labels), tf.mul(balance, safePow(wrong, gamma)))
    return tf.mul(reduceLoss(loss, reduction, call), lossWeight)
  }
}
