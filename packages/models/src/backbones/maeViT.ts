import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { normal } from '@tessera/nn'
import { randomUniform, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { xavierOfPatches } from '../layers/patchInit.js'
import { maskOf, picksOf, ranksOf } from '../layers/patchOrder.js'
import { sincosInit } from '../layers/sincosPositions.js'
import { rate } from './backboneOptions.js'
import { maskedVitEntries, maskedVitOptions } from './masked/maskedVitOptions.js'
import type { MaskedFeatures, MasksAtRandom } from './masked/randomMasking.js'
import { TokenTransformer } from './visionTransformer/tokenTransformer.js'
import { vitPlan } from './visionTransformer.js'

const schema = v.strictObject({ ...maskedVitEntries, mask_ratio: v.optional(rate, 0.75) })

interface MAEViTConfig extends ConfigOf<'MAEViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MAEViT: MAEViTConfig
  }
}

/** A ViT that sees only the patches that a random mask leaves (He et al. 2021, arXiv 2111.06377); positions are fixed sines and cosines. */
@MODELS.registerModule()
export class MAEViT extends TokenTransformer implements MasksAtRandom {
  static readonly schema = schema
  private readonly maskRatio: number

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const complete = maskedVitOptions(options)
    super(complete, vitPlan(complete, ['cls_token'], builder), builder)
    this.maskRatio = options.mask_ratio
    if (this.posEmbed !== undefined) this.posEmbed.requiresGrad = false
  }

  forwardMasked(inputs: tf.Tensor4D, noise?: tf.Tensor2D): MaskedFeatures {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    const [batch, patches, dims] = tokens.shape
    const kept = Math.trunc(patches * (1 - this.maskRatio))
    const ranks = ranksOf(noise ?? (randomUniform([batch, patches]) as tf.Tensor2D))
    const positions = this.posEmbed?.variable as tf.Tensor as tf.Tensor3D
    const placed = tf.add(tokens, tf.slice(positions, [0, 1, 0], [1, patches, dims]))
    const stayed = tf.matMul(picksOf(ranks, kept), placed)
    const classToken = tf.add(this.tokens[0]?.variable as tf.Tensor, tf.slice(positions, [0, 0, 0], [1, 1, dims]))
    const sequence = tf.concat([tf.tile(classToken, [batch, 1, 1]), stayed], 1) as tf.Tensor3D
    const [latent] = this.encode(sequence, grid, 'raw')
    return { latent: latent as tf.Tensor3D, mask: maskOf(ranks, kept), idsRestore: ranks }
  }

  protected override adjustInit(): void {
    super.adjustInit()
    const { weight } = this.patchEmbed.projection
    const [dims = 1] = weight.shape
    if (this.posEmbed !== undefined) this.posEmbed.init = sincosInit(this.grid, dims, true)
    weight.init = xavierOfPatches(weight.shape)
    const [classToken] = this.tokens
    if (classToken !== undefined) classToken.init = normal(0, 0.02)
  }
}
