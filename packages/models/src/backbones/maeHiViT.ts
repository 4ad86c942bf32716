import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import { randomUniform, tf } from '@tessera/runtime'
import * as v from 'valibot'
import { xavierOfPatches } from '../layers/patchInit.js'
import { maskOf, picksOf, ranksOf } from '../layers/patchOrder.js'
import { sincosInit } from '../layers/sincosPositions.js'
import { rate } from './backboneOptions.js'
import { HiViT, type HiViTOptions, hiViTSchema } from './hiViT.js'
import { atPlaceOf } from './masked/maskedVitOptions.js'
import type { MaskedFeatures, MasksAtRandom } from './masked/randomMasking.js'

const schema = v.strictObject({
  ...hiViTSchema.entries,
  /** Default layer norm with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  mask_ratio: v.optional(rate, 0.75),
})

interface MAEHiViTConfig extends ConfigOf<'MAEHiViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MAEHiViT: MAEHiViTConfig
  }
}

/**
 * HiViT that sees only the patches that a random mask leaves (Zhang et al. 2022, arXiv 2205.14949). There is no class token: as in MMPreTrain
 * the decoder takes the first patch that stayed for one. Positions are those of whole images; MMPreTrain resamples them by a hundredth where
 * patches are missing.
 */
@MODELS.registerModule()
export class MAEHiViT extends HiViT implements MasksAtRandom {
  static override readonly schema: v.GenericSchema = schema
  private readonly maskRatio: number

  constructor(options: HiViTOptions & { mask_ratio: number }, @inject(BUILDER) builder: Builder) {
    super(atPlaceOf(options, { ...options, norm_cfg: options.norm_cfg ?? { type: 'LN', eps: 1e-6 } }), builder)
    this.maskRatio = options.mask_ratio
    if (this.posEmbed !== undefined) this.posEmbed.requiresGrad = false
  }

  forwardMasked(inputs: tf.Tensor4D, noise?: tf.Tensor2D): MaskedFeatures {
    const cells = this.patchEmbed.call(inputs)
    const [batch = 0, patches = 0, ...inside] = cells.shape
    const kept = Math.trunc(patches * (1 - this.maskRatio))
    const ranks = ranksOf(noise ?? (randomUniform([batch, patches]) as tf.Tensor2D))
    const picks = picksOf(ranks, kept)
    const stayed = tf.reshape(tf.matMul(picks, tf.reshape(cells, [batch, patches, -1])), [batch, kept, ...inside])
    const positions = this.posEmbed?.variable as tf.Tensor | undefined
    const latent = this.encodePatches(stayed, (x) => {
      if (positions === undefined) return x
      return tf.add(x, tf.matMul(picks, tf.tile(positions, [batch, 1, 1])))
    })
    return { latent, mask: maskOf(ranks, kept), idsRestore: ranks }
  }

  protected override adjustInit(): void {
    super.adjustInit()
    const { weight } = this.patchEmbed.proj
    weight.init = xavierOfPatches(weight.shape)
    if (this.posEmbed !== undefined) this.posEmbed.init = sincosInit(this.grid, this.posEmbed.shape[2] ?? 0, false)
  }
}
