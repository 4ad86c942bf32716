import { type ConfigOf, MODELS, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseNeck } from './baseNeck.js'

const schema = v.strictObject({
  /** Spatial axes of a feature: 2 for images. */
  dim: v.optional(v.picklist([1, 2, 3]), 2),
})

interface GlobalAveragePoolingConfig extends ConfigOf<'GlobalAveragePooling', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    GlobalAveragePooling: GlobalAveragePoolingConfig
  }
}

/** The mean over all places of each feature map: [batch, …places, channels] → [batch, channels]. */
@MODELS.registerModule()
export class GlobalAveragePooling extends BaseNeck {
  static readonly schema = schema
  private readonly dim: number

  constructor(options: v.InferOutput<typeof schema>) {
    super()
    this.dim = options.dim
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return features.map((feature) => {
      if (feature.rank !== this.dim + 2) {
        throw new TesseraError('SHAPE_MISMATCH', {
          what: 'global average pooling takes feature maps',
          path: this.path,
          got: feature.shape,
          expected: `[batch, ${this.dim} spatial sizes, channels]`,
          hint: "A VisionTransformer with out_type 'cls_token' or 'avg_featmap' needs no pooling; 'featmap' gives maps.",
        })
      }
      return tf.mean(
        feature,
        Array.from({ length: this.dim }, (_, axis) => axis + 1),
      )
    })
  }
}
