import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { Parameter, truncNormal } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { startPlainly } from '../layers/plainInit.js'
import { replaceHidden, type TakesMask } from './masked/maskTokens.js'
import { type SwinOptions, swinSchema } from './swin/options.js'
import { SwinTransformer } from './swinTransformer.js'

const schema = v.strictObject(swinSchema.entries)

interface SimMIMSwinTransformerConfig extends ConfigOf<'SimMIMSwinTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    SimMIMSwinTransformer: SimMIMSwinTransformerConfig
  }
}

/** A Swin transformer with a learnt token for hidden patches (Xie et al. 2021, arXiv 2111.09886). */
@MODELS.registerModule()
export class SimMIMSwinTransformer extends SwinTransformer implements TakesMask {
  static override readonly schema: v.GenericSchema = schema
  private readonly maskToken: Parameter

  constructor(options: SwinOptions, @inject(BUILDER) builder: Builder) {
    super(options, builder)
    this.maskToken = this.registerParameter('mask_token', new Parameter([1, 1, this.arch.embed_dims]))
  }

  forwardMasked(inputs: tf.Tensor4D, mask: tf.Tensor3D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    return this.encode(replaceHidden(tokens, this.maskToken, mask), grid)
  }

  protected override adjustInit(): void {
    super.adjustInit()
    startPlainly(this)
    this.maskToken.init = truncNormal(0, 0.02)
  }
}
