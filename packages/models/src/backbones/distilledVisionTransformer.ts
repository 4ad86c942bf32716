import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import * as v from 'valibot'
import { archName } from './backboneOptions.js'
import { type ArchitectureName, architectureSchema } from './visionTransformer/architectures.js'
import { visionTransformerSchema } from './visionTransformer/options.js'
import { TokenTransformer } from './visionTransformer/tokenTransformer.js'
import { vitPlan } from './visionTransformer.js'

const schema = v.strictObject({
  ...visionTransformerSchema.entries,
  arch: v.optional(v.union([archName<ArchitectureName>(), architectureSchema]), 'deit-base'),
  with_cls_token: v.optional(v.literal(true, 'A distilled transformer has a class token'), true),
})

interface DistilledVisionTransformerConfig extends ConfigOf<'DistilledVisionTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    DistilledVisionTransformer: DistilledVisionTransformerConfig
  }
}

/**
 * ViT with a second learnt token for a teacher's answers (Touvron et al. 2020, arXiv 2012.12877). With out_type 'cls_token' each output
 * is two tensors: the class token, then the distillation token, as DeiTClsHead takes them.
 */
@MODELS.registerModule()
export class DistilledVisionTransformer extends TokenTransformer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super(options, vitPlan(options, ['cls_token', 'dist_token'], builder), builder)
  }
}
