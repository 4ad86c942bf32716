import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import { Conv2d, ModuleList, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { MultiLabelClsHead, multiLabelHeadEntries } from './multiLabelClsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Sharpness of the attention of each head; undefined: the one place with the highest score. */
const TEMPERATURES = {
  1: [1],
  2: [1, undefined],
  4: [1, 2, 4, undefined],
  6: [1, 2, 3, 4, 5, undefined],
  8: [1, 2, 3, 4, 5, 6, 7, undefined],
} as const

const schema = v.strictObject({
  ...multiLabelHeadEntries,
  num_classes: count,
  in_channels: count,
  /** How many attentions of different sharpness are added up. */
  num_heads: v.picklist([1, 2, 4, 6, 8]),
  /** Weight of the attended score beside the mean score. */
  lam: v.pipe(v.number(), v.gtValue(0)),
})

interface CSRAClsHeadConfig extends ConfigOf<'CSRAClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    CSRAClsHead: CSRAClsHeadConfig
  }
}

const DEFAULT_INIT = { type: 'Normal', layer: 'Linear', std: 0.01 } as const

/** Each class attends to the places of the feature map that speak for it (Zhu & Wu 2021, arXiv 2108.02456). */
@MODELS.registerModule()
export class CSRAClsHead extends MultiLabelClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly heads: readonly ResidualAttention[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super({ ...options, init_cfg: options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg }, builder)
    this.heads = TEMPERATURES[options.num_heads].map(
      (temperature) => new ResidualAttention(options.in_channels, options.num_classes, temperature, options.lam),
    )
    this.registerModule('csra_heads', new ModuleList([...this.heads]))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    const map = this.preLogits(features)
    if (map.rank !== 4) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this head takes feature maps',
        path: this.path,
        got: map.shape,
        expected: '[batch, height, width, channels]',
        hint: 'It needs no pooling neck.',
      })
    }
    return tf.addN(this.heads.map((head) => head.call(map)))
  }
}

/** The mean score of all places and `lam` times the attended one. The kernel of each class counts by its direction alone. */
class ResidualAttention extends TensorModule {
  private readonly head: Conv2d

  constructor(
    inChannels: number,
    classes: number,
    private readonly temperature: number | undefined,
    private readonly lam: number,
  ) {
    super()
    this.head = this.registerModule('head', new Conv2d(inChannels, classes, 1, { bias: false }))
  }

  override forward(map: tf.Tensor): tf.Tensor {
    const norm = tf.sqrt(tf.sum(tf.square(this.head.weight.variable), [0, 1, 2]))
    const score = tf.div(this.head.call(map), norm)
    const places = tf.reshape(score, [map.shape[0] ?? 0, -1, this.head.outChannels])
    return tf.add(tf.mean(places, 1), tf.mul(this.attended(places), this.lam))
  }

  private attended(places: tf.Tensor): tf.Tensor {
    if (this.temperature === undefined) return tf.max(places, 1)
    const attention = tf.softmax(tf.transpose(tf.mul(places, this.temperature), [0, 2, 1]))
    return tf.sum(tf.mul(places, tf.transpose(attention, [0, 2, 1])), 1)
  }
}
