import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import type { LossDict, TensorBatch } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BEiTPretrainViT } from '../backbones/beitPretrainViT.js'
import { BEiTV1Head } from '../heads/beitV1Head.js'
import { BEiTV2Neck } from '../necks/beitV2Neck.js'
import { BaseSelfSupervisor, needInput, selfSupervisorEntries } from './baseSelfSupervisor.js'
import { Tokenizer } from './tokenizer.js'

const schema = v.strictObject(selfSupervisorEntries)

interface BEiTConfig extends ConfigOf<'BEiT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BEiT: BEiTConfig
  }
}

/** Predicts a tokenizer's words for hidden patches: v1 (Bao et al. 2021, arXiv 2106.08254), and with BEiTV2Neck v2 (arXiv 2208.06366). */
@MODELS.registerModule()
export class BEiT extends BaseSelfSupervisor {
  static readonly schema = schema
  private readonly masking: BEiTPretrainViT
  private readonly aggregation: BEiTV2Neck | undefined
  private readonly classification: BEiTV1Head
  private readonly tokenizer: Tokenizer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    const isMasking = (backbone: object): backbone is BEiTPretrainViT => backbone instanceof BEiTPretrainViT
    this.masking = this.needBackbone(isMasking, 'BEiTPretrainViT')
    this.aggregation = this.neck === undefined ? undefined : this.need('neck', BEiTV2Neck)
    this.classification = this.need('head', BEiTV1Head)
    this.tokenizer = this.need('target_generator', Tokenizer)
  }

  /** @param batch with `view_1`, the image as the tokenizer wants it, and `mask` [batch, rows, columns] */
  override loss(batch: TensorBatch): LossDict {
    const mask = needInput<tf.Tensor3D>(batch, 'mask', "Put { type: 'BEiTMaskGenerator', … } before PackInputs.")
    const view = needInput<tf.Tensor4D>(
      batch,
      'view_1',
      "Put { type: 'RandomResizedCropAndInterpolationWithTwoPic', … } before PackInputs.",
    )
    const outputs = this.masking.forwardMasked(batch.inputs, mask)
    const words = this.tokenizer.call(view)
    const hidden = tf.reshape(mask, [mask.shape[0], -1])
    if (this.aggregation !== undefined) {
      const features = this.aggregation.call(outputs, this.masking.sharedBias())
      const [loss_1, loss_2] = features.map((patches) => this.classification.call(patches, words, hidden)) as [tf.Tensor, tf.Tensor]
      return { loss_1, loss_2 }
    }
    const [tokens] = outputs as [tf.Tensor3D]
    const [samples, count, dims] = tokens.shape
    return { loss: this.classification.call(tf.slice(tokens, [0, 1, 0], [samples, count - 1, dims]), words, hidden) }
  }
}
