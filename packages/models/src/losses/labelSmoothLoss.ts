import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { oneHot } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from './baseLoss.js'
import { CrossEntropyLoss } from './crossEntropyLoss.js'
import { type LossCallOptions, REDUCTIONS } from './reduceLoss.js'

const MODES = ['original', 'classy_vision', 'multi_label'] as const

const schema = v.strictObject({
  /** How much of the target is spread over all classes. */
  label_smooth_val: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
  /** Checked against the scores when given. */
  num_classes: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** Default: true for mode 'multi_label', false otherwise. */
  use_sigmoid: v.nullish(v.boolean()),
  mode: v.optional(v.picklist(MODES), 'original'),
  reduction: v.optional(v.picklist(REDUCTIONS), 'mean'),
  loss_weight: v.optional(v.number(), 1),
  class_weight: v.nullish(v.array(v.number())),
  pos_weight: v.nullish(v.union([v.number(), v.array(v.number())])),
})

interface LabelSmoothLossConfig extends ConfigOf<'LabelSmoothLoss', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LabelSmoothLoss: LabelSmoothLossConfig
  }
}

/**
 * Cross entropy with smoothed targets (Szegedy et al. 2015, arXiv 1512.00567).
 * - `original`: target · (1 − ε) + ε / classes
 * - `classy_vision`: the same with ε / (1 + ε)
 * - `multi_label`: 1 − ε where the label is set, ε elsewhere
 */
@MODELS.registerModule()
export class LabelSmoothLoss extends BaseLoss {
  static readonly schema = schema
  private readonly crossEntropy: CrossEntropyLoss

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    const useSigmoid = options.use_sigmoid ?? options.mode === 'multi_label'
    const { reduction, loss_weight, class_weight, pos_weight } = options
    this.crossEntropy = this.registerModule(
      'ce',
      new CrossEntropyLoss({ use_sigmoid: useSigmoid, use_soft: !useSigmoid, reduction, loss_weight, class_weight, pos_weight }),
    )
  }

  override forward(score: tf.Tensor, target: tf.Tensor, call: LossCallOptions = {}): tf.Tensor {
    const classes = score.shape[1] ?? 0
    const { num_classes: expected } = this.options
    if (expected !== undefined && expected !== null && expected !== classes) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'the head gives another number of classes than num_classes of its loss',
        path: this.path,
        got: classes,
        expected: String(expected),
      })
    }
    const labels = target.rank === 1 ? oneHot(target, classes) : tf.cast(target, 'float32')
    return this.crossEntropy.call(score, this.smooth(labels, classes), call)
  }

  private smooth(labels: tf.Tensor, classes: number): tf.Tensor {
    const { label_smooth_val: value, mode } = this.options
    if (mode === 'multi_label') return tf.where(tf.greater(labels, 0), tf.fill(labels.shape, 1 - value), tf.fill(labels.shape, value))
    const eps = mode === 'classy_vision' ? value / (1 + value) : value
    return tf.add(tf.mul(labels, 1 - eps), eps / classes)
  }
}
