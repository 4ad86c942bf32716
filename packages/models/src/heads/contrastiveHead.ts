import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, buildModule, initCfgSchema, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from '../losses/baseLoss.js'

const schema = v.strictObject({
  /** Such as CrossEntropyLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
  /** Similarities are divided by this. */
  temperature: v.optional(v.pipe(v.number(), v.gtValue(0)), 0.1),
  init_cfg: initCfgSchema,
})

interface ContrastiveHeadConfig extends ConfigOf<'ContrastiveHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ContrastiveHead: ContrastiveHeadConfig
  }
}

/** Which of many is the positive? The first (InfoNCE: van den Oord et al. 2018, arXiv 1807.03748). */
@MODELS.registerModule()
export class ContrastiveHead extends Module {
  static readonly schema = schema
  private readonly lossModule: BaseLoss

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, BaseLoss))
  }

  /** @param positive similarity [batch, 1]; @param negative similarities [batch, others] */
  override forward(positive: tf.Tensor, negative: tf.Tensor): tf.Tensor {
    const logits = tf.div(tf.concat([positive, negative], 1), this.options.temperature)
    return this.lossModule.call(logits, tf.zeros([positive.shape[0] ?? 0], 'int32'))
  }
}
