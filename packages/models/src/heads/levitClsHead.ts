import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import { BatchNorm2d, Linear, Sequential, type TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ClsHead, clsHeadEntries } from './clsHead.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...clsHeadEntries,
  num_classes: v.optional(count, 1000),
  /** A second layer that learnt from a teacher; predictions are the mean of both. Such a head predicts, and does not train. */
  distillation: v.optional(v.boolean(), true),
  in_channels: count,
  /** Accepted for recipes' sake: MMPreTrain's head stays as it is, too. */
  deploy: v.optional(v.boolean(), false),
})

interface LeViTClsHeadConfig extends ConfigOf<'LeViTClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LeViTClsHead: LeViTClsHeadConfig
  }
}

/** A batch norm and a linear layer, `head`, and the distilled one's, `head_dist` (Graham et al. 2021, arXiv 2104.01136). */
@MODELS.registerModule()
export class LeViTClsHead extends ClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly heads: readonly Sequential[]

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.heads = (options.distillation ? ['head', 'head_dist'] : ['head']).map((name) => {
      const layers: [string, TensorModule][] = [
        ['bn', new BatchNorm2d({}, options.in_channels)],
        ['linear', new Linear(options.in_channels, options.num_classes)],
      ]
      return this.registerModule(name, new Sequential(new Map(layers)))
    })
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    const x = this.preLogits(features)
    if (this.heads.length > 1 && this.training) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'a LeViT head with distillation cannot train: there is no teacher',
        path: this.path,
        hint: 'Give the head `distillation: false`.',
      })
    }
    const scores = this.heads.map((head) => head.call(x))
    return scores.length === 1 ? (scores[0] as tf.Tensor) : tf.div(tf.addN(scores), scores.length)
  }
}
