import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import type { LossDict, TensorBatch } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { type MasksAtRandom, masksAtRandom } from '../backbones/masked/randomMasking.js'
import { MAEPretrainHead } from '../heads/maePretrainHead.js'
import { MAEPretrainDecoder } from '../necks/maePretrainDecoder.js'
import { BaseSelfSupervisor, selfSupervisorEntries } from './baseSelfSupervisor.js'

const schema = v.strictObject(selfSupervisorEntries)

interface MAEConfig extends ConfigOf<'MAE', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MAE: MAEConfig
  }
}

/** Masked autoencoder (He et al. 2021, arXiv 2111.06377): three quarters of the patches are hidden, and a small decoder fills them in. */
@MODELS.registerModule()
export class MAE extends BaseSelfSupervisor {
  static readonly schema = schema
  private readonly masking: MasksAtRandom
  private readonly decoder: MAEPretrainDecoder
  private readonly comparison: MAEPretrainHead

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.masking = this.needBackbone(masksAtRandom, 'MAEViT or MAEHiViT')
    this.decoder = this.need('neck', MAEPretrainDecoder)
    this.comparison = this.need('head', MAEPretrainHead)
  }

  /** @param batch may bring `mask_noise` [batch, patches], whose smallest values stay, instead of the step's own draws */
  override loss(batch: TensorBatch): LossDict {
    const { latent, mask, idsRestore } = this.masking.forwardMasked(batch.inputs, batch['mask_noise'] as tf.Tensor2D | undefined)
    return { loss: this.comparison.call(this.decoder.call(latent, idsRestore), batch.inputs, mask) }
  }
}
