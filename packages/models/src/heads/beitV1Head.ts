import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, buildModule, initCfgSchema, Linear, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from '../losses/baseLoss.js'
import { maskedMean } from '../losses/reconstructionLoss.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

export const beitHeadSchema = v.strictObject({
  embed_dims: count,
  /** Words of the tokenizer. */
  num_embed: count,
  /** Such as CrossEntropyLoss, averaged. */
  loss: componentConfig<ModelTypes>(MODELS),
  init_cfg: initCfgSchema,
})

interface BEiTV1HeadConfig extends ConfigOf<'BEiTV1Head', typeof beitHeadSchema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BEiTV1Head: BEiTV1HeadConfig
  }
}

const DEFAULT_INIT = { type: 'TruncNormal', layer: 'Linear', std: 0.02, bias: 0 } as const

/** Which word of the tokenizer stands where the mask hid the image? (Bao et al. 2021, arXiv 2106.08254) */
@MODELS.registerModule()
export class BEiTV1Head extends Module {
  static readonly schema = beitHeadSchema
  private readonly clsHead: Linear
  private readonly lossModule: BaseLoss

  constructor(options: v.InferOutput<typeof beitHeadSchema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(options.init_cfg === undefined ? DEFAULT_INIT : options.init_cfg, builder)
    this.clsHead = this.registerModule('cls_head', new Linear(options.embed_dims, options.num_embed))
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, BaseLoss))
  }

  /** @param patches features [batch, patches, dims]; @param words [batch, patches] int32; @param mask [batch, patches] */
  override forward(patches: tf.Tensor3D, words: tf.Tensor2D, mask: tf.Tensor): tf.Tensor {
    // All patches, those that are seen with weight 0: a recorded step has fixed shapes.
    const logits = this.clsHead.call(tf.reshape(patches, [-1, patches.shape[2]]))
    const losses = this.lossModule.call(logits, tf.reshape(words, [-1]), { reductionOverride: 'none' })
    return maskedMean(losses, tf.reshape(mask, [-1]))
  }
}
