import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import type { LossDict, TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { type TakesMask, takesMask } from '../backbones/masked/maskTokens.js'
import { MIMHead } from '../heads/mimHead.js'
import { BaseNeck } from '../necks/baseNeck.js'
import { BaseSelfSupervisor, needInput, selfSupervisorEntries } from './baseSelfSupervisor.js'
import { HOGGenerator } from './hogGenerator.js'

const schema = v.strictObject(selfSupervisorEntries)

interface MaskFeatConfig extends ConfigOf<'MaskFeat', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MaskFeat: MaskFeatConfig
  }
}

/** Predicts histograms of oriented gradients where a mask hid the image (Wei et al. 2021, arXiv 2112.09133). */
@MODELS.registerModule()
export class MaskFeat extends BaseSelfSupervisor {
  static readonly schema = schema
  private readonly masking: TakesMask
  private readonly projector: BaseNeck
  private readonly comparison: MIMHead
  private readonly target: HOGGenerator

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.masking = this.needBackbone(takesMask, 'MaskFeatViT')
    this.projector = this.need('neck', BaseNeck)
    this.comparison = this.need('head', MIMHead)
    this.target = this.need('target_generator', HOGGenerator)
  }

  override loss(batch: TensorBatch): LossDict {
    const mask = needInput<tf.Tensor3D>(batch, 'mask', "Put { type: 'BEiTMaskGenerator', … } before PackInputs.")
    const [latent] = this.masking.forwardMasked(batch.inputs, mask) as [tf.Tensor3D]
    const [samples, tokens, dims] = latent.shape
    const patches = tf.reshape(tf.slice(latent, [0, 1, 0], [samples, tokens - 1, dims]), [samples * (tokens - 1), dims])
    const predicted = tf.reshape(this.projector.call([patches])[0] as tf.Tensor, [samples, tokens - 1, -1])
    return { loss: this.comparison.call(predicted, this.target.call(batch.inputs), tf.reshape(mask, [samples, tokens - 1])) }
  }
}
