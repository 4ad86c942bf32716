import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import type { LossDict, TensorBatch } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { type TakesMask, takesMask } from '../backbones/masked/maskTokens.js'
import { SimMIMHead } from '../heads/simMIMHead.js'
import { SimMIMLinearDecoder } from '../necks/simMIMLinearDecoder.js'
import { BaseSelfSupervisor, needInput, selfSupervisorEntries } from './baseSelfSupervisor.js'

const schema = v.strictObject(selfSupervisorEntries)

interface SimMIMConfig extends ConfigOf<'SimMIM', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SimMIM: SimMIMConfig
  }
}

/** Masked image modelling by one linear layer (Xie et al. 2021, arXiv 2111.09886). */
@MODELS.registerModule()
export class SimMIM extends BaseSelfSupervisor {
  static readonly schema = schema
  private readonly masking: TakesMask
  private readonly decoder: SimMIMLinearDecoder
  private readonly comparison: SimMIMHead

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.masking = this.needBackbone(takesMask, 'SimMIMSwinTransformer')
    this.decoder = this.need('neck', SimMIMLinearDecoder)
    this.comparison = this.need('head', SimMIMHead)
  }

  override loss(batch: TensorBatch): LossDict {
    const mask = needInput<tf.Tensor3D>(batch, 'mask', "Put { type: 'SimMIMMaskGenerator' } before PackInputs.")
    const [map] = this.masking.forwardMasked(batch.inputs, mask)
    return { loss: this.comparison.call(this.decoder.call(map as tf.Tensor), batch.inputs, mask) }
  }
}
