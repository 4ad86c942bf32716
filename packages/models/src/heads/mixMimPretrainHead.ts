import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { MAEPretrainHead, maePretrainHeadEntries } from './maePretrainHead.js'

const { loss, norm_pix, patch_size } = maePretrainHeadEntries
const schema = v.strictObject({
  /** Such as PixelReconstructionLoss. */
  loss,
  /** Each patch of the target is normalized by its own mean and deviation. */
  norm_pix,
  /** Filled in by MixMIM: the stride of its encoder. */
  patch_size,
})

interface MixMIMPretrainHeadConfig extends ConfigOf<'MixMIMPretrainHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MixMIMPretrainHead: MixMIMPretrainHeadConfig
  }
}

/** Puts the two reconstructions of each mixed image together and compares them with both images (Liu et al. 2022, arXiv 2205.13137). */
@MODELS.registerModule()
export class MixMIMPretrainHead extends MAEPretrainHead {
  static override readonly schema: v.GenericSchema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super({ ...options, in_channels: 3 }, builder)
  }

  /** @param pred the two reconstructions, one behind the other, [2 · batch, patches, values]; @param mask [1, patches, 1] */
  override forward(pred: tf.Tensor, images: tf.Tensor4D, mask: tf.Tensor): tf.Tensor {
    const [own, other] = tf.split(pred, 2, 0) as [tf.Tensor, tf.Tensor]
    const unmixed = tf.add(tf.mul(own, mask), tf.mul(tf.reverse(other, 0), tf.sub(1, mask)))
    return this.lossModule.call(unmixed, this.constructTarget(images))
  }
}
