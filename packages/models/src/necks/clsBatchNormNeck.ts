import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { buildInitRules, buildNorm, initCfgSchema, type NormLayer } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { BaseNeck } from './baseNeck.js'

const schema = v.strictObject({
  /** Width of the features. */
  input_features: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Give the norm weight and bias. */
  affine: v.optional(v.boolean(), false),
  /** Added to the variance. */
  eps: v.optional(v.number(), 1e-6),
  init_cfg: initCfgSchema,
})

interface ClsBatchNormNeckConfig extends ConfigOf<'ClsBatchNormNeck', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ClsBatchNormNeck: ClsBatchNormNeckConfig
  }
}

/** Batch norm of the class token before a linear classifier, as MAE's linear probing has it (He et al. 2021, arXiv 2111.06377). */
@MODELS.registerModule()
export class ClsBatchNormNeck extends BaseNeck {
  static readonly schema = schema
  private readonly bn: NormLayer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const { input_features: features, affine, eps } = options
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.bn = this.registerModule('bn', buildNorm(builder, { type: 'BN1d', affine, eps }, features))
  }

  override forward(features: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return features.map((feature) => this.bn.call(feature))
  }
}
