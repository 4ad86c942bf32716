import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildModule, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ReconstructionLoss } from '../losses/reconstructionLoss.js'

const schema = v.strictObject({
  /** Pixels a side that one entry of the mask stands for. */
  patch_size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Such as PixelReconstructionLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
})

interface SimMIMHeadConfig extends ConfigOf<'SimMIMHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SimMIMHead: SimMIMHeadConfig
  }
}

/** Compares images pixel by pixel where the mask hid them (Xie et al. 2021, arXiv 2111.09886). */
@MODELS.registerModule()
export class SimMIMHead extends Module {
  static readonly schema = schema
  private readonly lossModule: ReconstructionLoss

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, ReconstructionLoss))
  }

  /** @param pred, @param images [batch, height, width, channels]; @param mask [batch, rows, columns] */
  override forward(pred: tf.Tensor4D, images: tf.Tensor4D, mask: tf.Tensor3D): tf.Tensor {
    const { patch_size: size } = this.options
    const [batch, rows, columns] = mask.shape
    const tiled = tf.tile(tf.reshape(mask, [batch, rows, 1, columns, 1]), [1, 1, size, 1, size])
    return this.lossModule.call(pred, images, tf.reshape(tiled, [batch, rows * size, columns * size, 1]))
  }
}
