import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { oneHot } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from './baseLoss.js'
import { type LossCallOptions, REDUCTIONS, reduceLoss } from './reduceLoss.js'
import { binaryCrossEntropy, softCrossEntropy } from './scoreLosses.js'

const schema = v.pipe(
  v.strictObject({
    /** Every class a yes-or-no question, instead of one answer among all. */
    use_sigmoid: v.optional(v.boolean(), false),
    /** Targets are probabilities [batch, classes]. */
    use_soft: v.optional(v.boolean(), false),
    reduction: v.optional(v.picklist(REDUCTIONS), 'mean'),
    loss_weight: v.optional(v.number(), 1),
    /** One factor a class. */
    class_weight: v.nullish(v.array(v.number())),
    /** Factor of the positive part, one number or one a class; only with `use_sigmoid`. */
    pos_weight: v.nullish(v.union([v.number(), v.array(v.number())])),
  }),
  v.check(({ use_sigmoid, use_soft }) => !(use_sigmoid && use_soft), 'use_sigmoid and use_soft exclude each other'),
)

interface CrossEntropyLossConfig extends ConfigOf<'CrossEntropyLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    CrossEntropyLoss: CrossEntropyLossConfig
  }
}

export type CrossEntropyOptions = v.InferOutput<typeof schema>

/** Cross entropy of scores with class indices, probabilities, or (sigmoid) independent labels: MMPreTrain's CrossEntropyLoss. */
@MODELS.registerModule()
export class CrossEntropyLoss extends BaseLoss {
  static readonly schema = schema

  constructor(private readonly options: CrossEntropyOptions) {
    super()
  }

  override forward(score: tf.Tensor, target: tf.Tensor, call: LossCallOptions = {}): tf.Tensor {
    const { reduction, loss_weight: lossWeight } = this.options
    const loss = reduceLoss(this.elementwise(score, target), reduction, call)
    return lossWeight === 1 ? loss : tf.mul(loss, lossWeight)
  }

  private elementwise(score: tf.Tensor, target: tf.Tensor): tf.Tensor {
    const { use_sigmoid: useSigmoid, use_soft: useSoft, class_weight: classWeight, pos_weight: posWeight } = this.options
    const hard = target.rank === 1 && !useSigmoid && !useSoft
    if (!hard && target.shape.join() !== score.shape.join()) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: `this loss needs one target value for each class${useSigmoid ? ' (use_sigmoid)' : useSoft ? ' (use_soft)' : ''}`,
        path: this.path,
        got: target.shape,
        expected: `[${score.shape.join(',')}]`,
      })
    }
    if (useSigmoid) return binaryCrossEntropy(score, target, classWeight ?? undefined, posWeight ?? undefined)
    const probabilities = hard ? oneHot(target, score.shape[1] ?? 0) : target
    return softCrossEntropy(score, probabilities, classWeight ?? undefined)
  }
}
