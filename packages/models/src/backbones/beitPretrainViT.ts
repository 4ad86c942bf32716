import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { Linear, Parameter, truncNormal } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { scaledInit } from '../layers/plainInit.js'
import { type BeitOptions, beitSchema } from './beit/options.js'
import { BEiTViT } from './beitViT.js'
import { replaceHidden, type TakesMask } from './masked/maskTokens.js'
import { OUT_TYPES } from './visionTransformer/options.js'

const schema = v.strictObject({
  ...beitSchema.entries,
  final_norm: v.optional(v.boolean(), true),
  /** Counts for whole images only: masked ones give all tokens. */
  out_type: v.optional(v.picklist(OUT_TYPES), 'raw'),
  use_rel_pos_bias: v.optional(v.boolean(), false),
  use_shared_rel_pos_bias: v.optional(v.boolean(), true),
})

interface BEiTPretrainViTConfig extends ConfigOf<'BEiTPretrainViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BEiTPretrainViT: BEiTPretrainViTConfig
  }
}

/** BEiT's transformer with a learnt token for hidden patches (Bao et al. 2021, arXiv 2106.08254). */
@MODELS.registerModule()
export class BEiTPretrainViT extends BEiTViT implements TakesMask {
  static override readonly schema: v.GenericSchema = schema
  private readonly maskToken: Parameter

  constructor(options: BeitOptions, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.maskToken = this.registerParameter('mask_token', new Parameter([1, 1, this.embedDims]))
  }

  /** All tokens behind each block of `out_indices`, the last ones normed. */
  forwardMasked(inputs: tf.Tensor4D, mask: tf.Tensor3D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    return this.encode(this.embed(replaceHidden(tokens, this.maskToken, mask), grid), grid, 'raw')
  }

  /** Projections start smaller the deeper they are. */
  protected override adjustInit(): void {
    super.adjustInit()
    for (const token of [...this.tokens, this.maskToken]) token.init = truncNormal(0, 0.02)
    for (const [index, layer] of [...this.layers].entries()) scaleProjections(layer, index + 1)
  }
}

/** Divides the start of a block's two projections by √(2 · depth). */
export function scaleProjections(block: { namedModules(): Iterable<[string, object]> }, depth: number): void {
  for (const [name, module] of block.namedModules())
    if (module instanceof Linear && /^(attn\.proj|ffn\.layers\.1)$/.test(name))
      module.weight.init = scaledInit(module.weight.init, 1 / Math.sqrt(2 * depth))
}
