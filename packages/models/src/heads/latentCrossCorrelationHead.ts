import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { buildInitRules, buildModule, buildNorm, initCfgSchema, Module, type NormLayer } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { CrossCorrelationLoss } from '../losses/crossCorrelationLoss.js'

const schema = v.strictObject({
  /** Width of the features. */
  in_channels: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** CrossCorrelationLoss. */
  loss: componentConfig<ModelTypes>(MODELS),
  init_cfg: initCfgSchema,
})

interface LatentCrossCorrelationHeadConfig extends ConfigOf<'LatentCrossCorrelationHead', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    LatentCrossCorrelationHead: LatentCrossCorrelationHeadConfig
  }
}

/** The correlation of two views' features over the batch (Barlow Twins: Zbontar et al. 2021, arXiv 2103.03230). */
@MODELS.registerModule()
export class LatentCrossCorrelationHead extends Module {
  static readonly schema = schema
  private readonly bn: NormLayer
  private readonly lossModule: CrossCorrelationLoss

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.bn = this.registerModule('bn', buildNorm(builder, { type: 'BN1d', affine: false }, options.in_channels))
    this.lossModule = this.registerModule('loss_module', buildModule(builder, MODELS, options.loss, CrossCorrelationLoss))
  }

  /** @param first, @param second features [batch, channels] */
  override forward(first: tf.Tensor, second: tf.Tensor): tf.Tensor {
    const correlation = tf.matMul(this.bn.call(first), this.bn.call(second), true, false)
    return this.lossModule.call(tf.div(correlation, first.shape[0] ?? 1) as tf.Tensor2D)
  }
}
