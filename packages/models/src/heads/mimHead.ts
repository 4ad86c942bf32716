import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildModule, Module } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ReconstructionLoss } from '../losses/reconstructionLoss.js'

const schema = v.strictObject({
  /** Such as PixelReconstructionLoss or CosineSimilarityLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
})

interface MIMHeadConfig extends ConfigOf<'MIMHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MIMHead: MIMHeadConfig
  }
}

/** Compares predicted features with their targets, where the mask hid them (MMPreTrain's MIMHead). */
@MODELS.registerModule()
export class MIMHead extends Module {
  static readonly schema = schema
  private readonly lossModule: ReconstructionLoss

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, ReconstructionLoss))
  }

  /** @param pred, @param target [batch, patches, values]; @param mask [batch, patches] */
  override forward(pred: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    return this.lossModule.call(pred, target, mask)
  }
}
