import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { Buffer, differentiable, oneHot } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from './baseLoss.js'
import { type LossCallOptions, REDUCTIONS, reduceLoss } from './reduceLoss.js'
import { softCrossEntropy } from './scoreLosses.js'

const schema = v.strictObject({
  /** Only false is offered. */
  use_sigmoid: v.optional(v.literal(false), false),
  /** Strength of the mitigation: rare classes are punished less by frequent ones. */
  p: v.optional(v.number(), 0.8),
  /** Strength of the compensation: classes that are mistaken for the right one are punished more. */
  q: v.optional(v.number(), 2),
  num_classes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1000),
  /** Least probability of the right class that others are compared with. */
  eps: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-2),
  reduction: v.optional(v.picklist(REDUCTIONS), 'mean'),
  loss_weight: v.optional(v.number(), 1),
})

interface SeesawLossConfig extends ConfigOf<'SeesawLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SeesawLoss: SeesawLossConfig
  }
}

/**
 * Cross entropy for classes of very different frequency (Wang et al. 2020, arXiv 2008.10032). Counts the samples of each class as they
 * come (`cum_samples`, part of the state dict).
 */
@MODELS.registerModule()
export class SeesawLoss extends BaseLoss {
  static readonly schema = schema
  private readonly cumSamples: Buffer

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    this.cumSamples = this.registerBuffer('cum_samples', new Buffer([options.num_classes]))
  }

  override forward(score: tf.Tensor, target: tf.Tensor, call: LossCallOptions = {}): tf.Tensor {
    const { num_classes: classes, reduction, loss_weight: lossWeight } = this.options
    if (target.rank !== 1 || score.shape[1] !== classes) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this loss needs class indices [batch], and scores of num_classes classes',
        path: this.path,
        got: { score: score.shape, target: target.shape },
        expected: `[batch, ${classes}] and [batch]`,
        hint: 'Batch augments that mix labels do not go with it.',
      })
    }
    const labels = oneHot(target, classes)
    const { variable } = this.cumSamples
    variable.assign(tf.add(variable, tf.sum(labels, 0)))
    const counts = variable.clone()
    // The factors are constants to the gradient.
    const logFactors = differentiable([score], () => ({
      value: tf.log(this.factors(score, labels, counts)),
      gradFunc: () => [tf.zeros(score.shape)],
    }))
    const loss = softCrossEntropy(tf.add(score, tf.mul(logFactors, tf.sub(1, labels))), labels)
    return tf.mul(reduceLoss(loss, reduction, call), lossWeight)
  }

  /** Mitigation times compensation, [batch, classes]. */
  private factors(score: tf.Tensor, labels: tf.Tensor, counts: tf.Tensor): tf.Tensor {
    const { p, q, eps } = this.options
    let factors: tf.Tensor = tf.onesLike(score)
    if (p > 0) {
      const own = tf.sum(tf.mul(labels, counts), 1, true)
      const ratio = tf.div(tf.maximum(tf.expandDims(counts, 0), 1), tf.maximum(own, 1))
      factors = tf.mul(factors, tf.pow(tf.minimum(ratio, 1), p))
    }
    if (q > 0) {
      const probability = tf.softmax(score)
      const own = tf.sum(tf.mul(labels, probability), 1, true)
      factors = tf.mul(factors, tf.pow(tf.maximum(tf.div(probability, tf.maximum(own, eps)), 1), q))
    }
    return factors
  }
}
