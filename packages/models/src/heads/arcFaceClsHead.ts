import { readFileSync } from 'node:fs'
import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { initCfgSchema, Linear, type LossDict, oneHot, type TensorBatch } from '@tessera/nn'
import { stepGuard, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { addAngularMargin } from './angularMargin.js'
import { ClsHead } from './clsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  num_classes: count,
  in_channels: count,
  /** Centres that each class has; the nearest one counts. */
  num_subcenters: v.optional(count, 1),
  /** What the cosines are multiplied by. */
  scale: v.optional(v.number(), 64),
  /** Angle, in radians, by which a sample must be nearer to its own class: one for all, one for each class, or a text file with one in each line. */
  margins: v.optional(v.union([v.number(), v.array(v.number()), v.string()]), 0.5),
  /** Leave samples beyond a right angle from their class without a margin. */
  easy_margin: v.optional(v.boolean(), false),
  /** Default: cross entropy. */
  loss: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})

interface ArcFaceClsHeadConfig extends ConfigOf<'ArcFaceClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ArcFaceClsHead: ArcFaceClsHeadConfig
  }
}

/**
 * Scaled cosines between features and class centres, with an angular margin for the right class in training
 * (Deng et al. 2018, arXiv 1801.07698; with sub-centres Deng et al. 2020).
 */
@MODELS.registerModule()
export class ArcFaceClsHead extends ClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly normProduct: Linear
  private margins: readonly number[] = []
  /** Counts replacements, so that a recorded step notices. */
  private marginsVersion = 0

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super({ loss: options.loss, init_cfg: options.init_cfg, topk: [1], cal_acc: false }, builder)
    const { in_channels: inChannels, num_classes: classes, num_subcenters: centres, margins } = options
    this.normProduct = this.registerModule('norm_product', new Linear(inChannels, classes * centres, { bias: false }))
    this.setMargins(typeof margins === 'string' ? readMargins(margins) : margins)
  }

  /** From the next step on, other margins: one for all classes, or one for each. */
  setMargins(margins: number | readonly number[]): void {
    const { num_classes: classes } = this.options
    const list = typeof margins === 'number' ? new Array<number>(classes).fill(margins) : margins
    if (list.length !== classes || !list.every(Number.isFinite)) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'there must be one margin for each class',
        path: this.path,
        got: list.length,
        expected: `${classes} numbers`,
      })
    }
    this.margins = [...list]
    this.marginsVersion++
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    return tf.mul(this.cosines(features), this.options.scale)
  }

  override loss(features: readonly tf.Tensor[], batch: TensorBatch): LossDict {
    const target = batch['gt_label']
    if (target === undefined) {
      throw new TesseraError('DATA_INVALID', {
        what: 'an angular margin needs one class for each image',
        path: this.path,
        got: Object.keys(batch),
        expected: 'gt_label',
        hint: 'Batch augments that mix labels do not go with it.',
      })
    }
    const { num_classes: classes, scale, easy_margin: easy } = this.options
    stepGuard(() => this.marginsVersion)
    const cosines = addAngularMargin(this.cosines(features), oneHot(target, classes), this.margins, easy)
    return { loss: this.lossOf(tf.mul(cosines, scale), target) }
  }

  private cosines(features: readonly tf.Tensor[]): tf.Tensor {
    const { num_classes: classes, num_subcenters: centres } = this.options
    const directions = normalized(this.normProduct.weight.variable)
    const all = tf.matMul(normalized(this.preLogits(features)) as tf.Tensor2D, directions as tf.Tensor2D, false, true)
    return centres === 1 ? all : tf.max(tf.reshape(all, [-1, classes, centres]), 2)
  }
}

/** Each row divided by its length, or by 1e-12 where that is more. */
function normalized(rows: tf.Tensor): tf.Tensor {
  return tf.div(rows, tf.sqrt(tf.maximum(tf.sum(tf.square(rows), 1, true), 1e-24)))
}

function readMargins(file: string): number[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split(/\r?\n/).map(Number)
  } catch (cause) {
    throw new TesseraError('INVALID_OPTIONS', { what: 'the file of margins cannot be read', path: file, cause })
  }
}
