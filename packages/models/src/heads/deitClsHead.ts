import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import { Linear } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type * as v from 'valibot'
import { visionTransformerClsHeadSchema as schema, VisionTransformerClsHead } from './visionTransformerClsHead.js'

interface DeiTClsHeadConfig extends ConfigOf<'DeiTClsHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    DeiTClsHead: DeiTClsHeadConfig
  }
}

/**
 * The mean of two classifiers, one of the class token (`layers.head`), one of the distillation token (`layers.head_dist`)
 * (Touvron et al. 2020, arXiv 2012.12877). As MMPreTrain's it trains on labels alone: there is no teacher here.
 */
@MODELS.registerModule()
export class DeiTClsHead extends VisionTransformerClsHead {
  static override readonly schema: v.GenericSchema = schema
  private readonly headDist: Linear

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.headDist = this.layers.registerModule('head_dist', new Linear(options.hidden_dim ?? options.in_channels, options.num_classes))
  }

  override forward(features: readonly tf.Tensor[]): tf.Tensor {
    const [classToken, distToken] = features.slice(-2)
    if (classToken === undefined || distToken === undefined) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'this head takes a class token and a distillation token',
        path: this.path,
        got: `${features.length} features`,
        expected: "the two that DistilledVisionTransformer gives with out_type 'cls_token'",
      })
    }
    const [scores, distScores] = [super.forward([classToken]), this.headDist.call(this.preLogits([distToken]))]
    return tf.mul(tf.add(scores, distScores), 0.5)
  }
}
