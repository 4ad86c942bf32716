import { type ConfigOf, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from './baseLoss.js'
import { oneHotTarget } from './oneHotTarget.js'
import { type LossCallOptions, REDUCTIONS, reduceLoss } from './reduceLoss.js'
import { safePow } from './safePow.js'

const schema = v.strictObject({
  /** Focus on positive answers: how strongly those that are already right are played down. */
  gamma_pos: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  /** The same for negative answers, usually more. */
  gamma_neg: v.optional(v.pipe(v.number(), v.minValue(0)), 4),
  /** Negative answers with a probability below this do not count at all; null or 0: all do. */
  clip: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))), 0.05),
  reduction: v.optional(v.picklist(REDUCTIONS), 'mean'),
  loss_weight: v.optional(v.number(), 1),
  /** False: probabilities by softmax. */
  use_sigmoid: v.optional(v.boolean(), true),
  /** Least value that a logarithm is taken of. */
  eps: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-8),
})

interface AsymmetricLossConfig extends ConfigOf<'AsymmetricLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    AsymmetricLoss: AsymmetricLossConfig
  }
}

/** Focal loss with a focus of its own for each sign, and a margin for easy negatives (Ridnik et al. 2020, arXiv 2009.14119). */
@MODELS.registerModule()
export class AsymmetricLoss extends BaseLoss {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override forward(score: tf.Tensor, target: tf.Tensor, call: LossCallOptions = {}): tf.Tensor {
    const { gamma_pos: positive, gamma_neg: negative, clip, reduction, loss_weight: lossWeight, use_sigmoid, eps } = this.options
    const labels = oneHotTarget(target, score, this.path)
    const others = tf.sub(1, labels)
    const probability = use_sigmoid ? tf.sigmoid(score) : tf.softmax(score)
    const no = clip ? tf.minimum(tf.sub(1 + clip, probability), 1) : tf.sub(1, probability)
    const right = tf.add(tf.mul(no, others), tf.mul(probability, labels))
    const focus = tf.add(tf.mul(labels, positive), tf.mul(others, negative))
    const loss = tf.mul(tf.neg(tf.log(tf.maximum(right, eps))), safePow(tf.sub(1, right), focus))
    return tf.mul(reduceLoss(loss, reduction, call), lossWeight)
  }
}
