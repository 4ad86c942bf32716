import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, buildModule, initCfgSchema, Module, stopGradient } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { ReconstructionLoss } from '../losses/reconstructionLoss.js'
import { BaseNeck } from '../necks/baseNeck.js'

const schema = v.strictObject({
  /** Such as CosineSimilarityLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
  /** A neck, such as NonLinearNeck. */
  predictor: componentConfig<ModelTypes>(MODELS),
  init_cfg: initCfgSchema,
})

interface LatentPredictHeadConfig extends ConfigOf<'LatentPredictHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LatentPredictHead: LatentPredictHeadConfig
  }
}

/** Predicts one view's feature from the other's; the target is not trained (BYOL: Grill et al. 2020, arXiv 2006.07733). */
@MODELS.registerModule()
export class LatentPredictHead extends Module {
  static readonly schema = schema
  private readonly lossModule: ReconstructionLoss
  private readonly predictor: BaseNeck

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, ReconstructionLoss))
    this.predictor = this.registerModule('predictor', buildModule(builder, MODELS, options.predictor, BaseNeck))
  }

  /** @param input, @param target features [batch, channels] */
  override forward(input: tf.Tensor, target: tf.Tensor): tf.Tensor {
    return this.lossModule.call(this.predictor.call([input])[0] as tf.Tensor, stopGradient(target))
  }
}
