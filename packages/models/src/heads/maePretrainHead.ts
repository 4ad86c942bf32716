import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildModule, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ReconstructionLoss } from '../losses/reconstructionLoss.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const maePretrainHeadEntries = {
  /** Such as PixelReconstructionLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
  /** Each patch of the target is normalized by its own mean and deviation. */
  norm_pix: v.optional(v.boolean(), false),
  patch_size: v.optional(count, 16),
  in_channels: v.optional(count, 3),
}

const schema = v.strictObject(maePretrainHeadEntries)

interface MAEPretrainHeadConfig extends ConfigOf<'MAEPretrainHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MAEPretrainHead: MAEPretrainHeadConfig
  }
}

/** Compares predicted patches with the image's, where the mask hid them (He et al. 2021, arXiv 2111.06377). */
@MODELS.registerModule()
export class MAEPretrainHead extends Module {
  static readonly schema: v.GenericSchema = schema
  protected readonly lossModule: ReconstructionLoss

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, ReconstructionLoss))
  }

  /**
   * @param pred [batch, patches, patch · patch · channels]
   * @param images [batch, height, width, channels], the target
   * @param mask [batch, patches], 1 where the loss counts
   */
  override forward(pred: tf.Tensor, images: tf.Tensor4D, mask: tf.Tensor): tf.Tensor {
    return this.lossModule.call(pred, this.constructTarget(images), mask)
  }

  /** The patches of images in MMPreTrain's order (row, column, channel inside each): [batch, patches, values]. */
  patchify(images: tf.Tensor4D): tf.Tensor3D {
    const { patch_size: size, in_channels: channels } = this.options
    const [batch, height, width] = images.shape
    if (height !== width || height % size !== 0) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'square images of whole patches are needed here',
        path: this.path,
        got: [height, width],
        expected: `a multiple of ${size}`,
      })
    }
    const side = height / size
    const cut = tf.transpose(tf.reshape(images, [batch, side, size, side, size, channels]), [0, 1, 3, 2, 4, 5])
    return tf.reshape(cut, [batch, side * side, size * size * channels])
  }

  /** The way back: [batch, patches, values] → images. */
  unpatchify(patches: tf.Tensor3D): tf.Tensor4D {
    const { patch_size: size, in_channels: channels } = this.options
    const [batch, count] = patches.shape
    const side = Math.sqrt(count)
    const laid = tf.transpose(tf.reshape(patches, [batch, side, side, size, size, channels]), [0, 1, 3, 2, 4, 5])
    return tf.reshape(laid, [batch, side * size, side * size, channels])
  }

  constructTarget(images: tf.Tensor4D): tf.Tensor3D {
    const target = this.patchify(images)
    if (!this.options.norm_pix) return target
    const values = target.shape[2]
    const { mean, variance } = tf.moments(target, -1, true)
    // PyTorch's variance is the unbiased one.
    const unbiased = tf.mul(variance, values / (values - 1))
    return tf.mul(tf.sub(target, mean), tf.rsqrt(tf.add(unbiased, 1e-6)))
  }
}
