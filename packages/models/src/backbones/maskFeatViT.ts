import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { Parameter, truncNormal } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { startPlainly } from '../layers/plainInit.js'
import { maskedVitEntries, maskedVitOptions } from './masked/maskedVitOptions.js'
import { replaceHidden, type TakesMask } from './masked/maskTokens.js'
import { TokenTransformer } from './visionTransformer/tokenTransformer.js'
import { vitPlan } from './visionTransformer.js'

const schema = v.strictObject(maskedVitEntries)

interface MaskFeatViTConfig extends ConfigOf<'MaskFeatViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MaskFeatViT: MaskFeatViTConfig
  }
}

/** A ViT with a learnt token for hidden patches (Wei et al. 2021, arXiv 2112.09133). */
@MODELS.registerModule()
export class MaskFeatViT extends TokenTransformer implements TakesMask {
  static readonly schema = schema
  private readonly maskToken: Parameter

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const complete = maskedVitOptions(options)
    super(complete, vitPlan(complete, ['cls_token'], builder), builder)
    this.maskToken = this.registerParameter('mask_token', new Parameter([1, 1, this.embedDims]))
  }

  /** All tokens behind the last block, normed. */
  forwardMasked(inputs: tf.Tensor4D, mask: tf.Tensor3D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    return this.encode(this.embed(replaceHidden(tokens, this.maskToken, mask), grid), grid, 'raw').slice(-1)
  }

  protected override adjustInit(): void {
    super.adjustInit()
    startPlainly(this, { convolutions: true })
    for (const parameter of [...this.tokens, this.maskToken]) parameter.init = truncNormal(0, 0.02)
  }
}
