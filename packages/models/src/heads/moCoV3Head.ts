import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildModule, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseLoss } from '../losses/baseLoss.js'
import { unitLength } from '../losses/reconstructionLoss.js'
import { BaseNeck } from '../necks/baseNeck.js'

const schema = v.strictObject({
  /** A neck, such as NonLinearNeck. */
  predictor: componentConfig<ModelTypes>(MODELS),
  /** Such as CrossEntropyLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
  /** Similarities are divided by this. */
  temperature: v.optional(v.pipe(v.number(), v.gtValue(0)), 1),
})

interface MoCoV3HeadConfig extends ConfigOf<'MoCoV3Head', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MoCoV3Head: MoCoV3HeadConfig
  }
}

/** Which of the batch's momentum features is this sample's own? (Chen et al. 2021, arXiv 2104.02057) */
@MODELS.registerModule()
export class MoCoV3Head extends Module {
  static readonly schema = schema
  private readonly predictor: BaseNeck
  private readonly lossModule: BaseLoss

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    this.predictor = this.registerModule('predictor', buildModule(builder, MODELS, options.predictor, BaseNeck))
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, BaseLoss))
  }

  /** @param base, @param momentum features [batch, channels] */
  override forward(base: tf.Tensor, momentum: tf.Tensor): tf.Tensor {
    const predicted = unitLength(this.predictor.call([base])[0] as tf.Tensor)
    const logits = tf.div(tf.matMul(predicted, unitLength(momentum), false, true), this.options.temperature)
    return this.lossModule.call(logits, tf.range(0, logits.shape[0] ?? 0, 1, 'int32'))
  }
}
