import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { MaskedDecoder, maeDecoderEntries } from './maePretrainDecoder.js'

const schema = v.strictObject({
  ...maeDecoderEntries,
  /** Pixels a side that one token of the encoder stands for. */
  encoder_stride: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 32),
})

interface MixMIMPretrainDecoderConfig extends ConfigOf<'MixMIMPretrainDecoder', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MixMIMPretrainDecoder: MixMIMPretrainDecoderConfig
  }
}

/** Takes mixed tokens apart, and reconstructs both images from their own (Liu et al. 2022, arXiv 2205.13137). */
@MODELS.registerModule()
export class MixMIMPretrainDecoder extends MaskedDecoder {
  static readonly schema = schema
  readonly stride: number

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, 0, options.encoder_stride ** 2 * 3, builder)
    this.stride = options.encoder_stride
  }

  /**
   * @param latent [batch, patches, dims]; @param mask [1, patches, 1], 1 where a patch came from the other image
   * @returns [2 · batch, patches, values]: from the image's own patches, then from the other's
   */
  override forward(latent: tf.Tensor3D, mask: tf.Tensor3D): tf.Tensor3D {
    const x = this.embed(latent)
    const kept = tf.sub(1, mask)
    const part = (own: tf.Tensor, hidden: tf.Tensor) => tf.add(tf.mul(x, own), tf.mul(this.maskToken.variable, hidden))
    return this.decode(tf.concat([part(kept, mask), part(mask, kept)], 0))
  }
}
