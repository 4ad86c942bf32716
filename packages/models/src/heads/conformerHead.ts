import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import { Linear, type LossDict, type TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ClsHead, clsHeadEntries } from './clsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...clsHeadEntries,
  num_classes: count,
  /** Width of the map's mean, and of the tokens. */
  in_channels: v.tuple([count, count]),
})

interface ConformerHeadConfig extends ConfigOf<'ConformerHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ConformerHead: ConformerHeadConfig
  }
}

const DEFAULT_INIT = { type: 'TruncNormal', layer: 'Linear', std: 0.02 } as const

/** A classifier of the map, `conv_cls_head`, and one of the tokens, `trans_cls_head`: each has its loss, together they predict (arXiv 2105.03889). */
@MODELS.registerModule()
export class ConformerHead extends ClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly convHead: Linear
  private readonly transHead: Linear

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super({ ...options, init_cfg: options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg }, builder)
    this.convHead = this.registerModule('conv_cls_head', new Linear(options.in_channels[0], options.num_classes))
    this.transHead = this.registerModule('trans_cls_head', new Linear(options.in_channels[1], options.num_classes))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    const [map, tokens] = this.scores(features)
    return tf.add(map, tokens)
  }

  override loss(features: readonly tf.Tensor[], batch: TensorBatch): LossDict {
    const [map, tokens] = this.scores(features)
    const target = this.targetOf(batch)
    const loss = tf.add(this.lossOf(map, target), this.lossOf(tokens, target)) as tf.Scalar
    return this.calAcc ? { loss, ...this.accuracy(tf.add(map, tokens), target) } : { loss }
  }

  private scores(features: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor] {
    const [map, tokens] = features.slice(-2)
    if (map === undefined || tokens === undefined) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this head takes two features: of the map and of the tokens',
        path: this.path,
        got: `${features.length} features`,
        expected: 'what Conformer gives',
      })
    }
    return [this.convHead.call(map), this.transHead.call(tokens)]
  }
}
