import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { type Initializer, Linear, normal, uniform, xavier, zeros } from '@tessera/nn'
import * as v from 'valibot'
import { xavierOfPatches } from '../layers/patchInit.js'
import { sincosInit } from '../layers/sincosPositions.js'
import { archName, frozenStages, keepStatistics } from './backboneOptions.js'
import { atPlaceOf } from './masked/maskedVitOptions.js'
import { type ArchitectureName, architectureSchema } from './visionTransformer/architectures.js'
import { visionTransformerSchema } from './visionTransformer/options.js'
import { TokenTransformer } from './visionTransformer/tokenTransformer.js'
import { vitPlan } from './visionTransformer.js'

const SMALL = { embed_dims: 384, num_layers: 12, num_heads: 12, feedforward_channels: 1536 }

const schema = v.strictObject({
  ...visionTransformerSchema.entries,
  /** A name (`b`, `mocov3-small`, …) or the four numbers. */
  arch: v.optional(v.union([archName<ArchitectureName | 'mocov3-s' | 'mocov3-small'>(), architectureSchema]), 'base'),
  /** The patch embedding keeps its random start. */
  stop_grad_conv1: v.optional(v.boolean(), false),
  /** −1: nothing; 0: the embeddings; more: so many blocks, too. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Of effect on batch norms only, of which a ViT has none unless norm_cfg says so. */
  norm_eval: v.optional(v.boolean(), false),
})

interface MoCoV3ViTConfig extends ConfigOf<'MoCoV3ViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MoCoV3ViT: MoCoV3ViTConfig
  }
}

/** A ViT as MoCo v3 starts it: fixed positions, by choice a fixed patch embedding (Chen et al. 2021, arXiv 2104.02057). */
@MODELS.registerModule()
export class MoCoV3ViT extends TokenTransformer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const { stop_grad_conv1, frozen_stages, norm_eval, arch: given, ...others } = options
    const arch = typeof given === 'string' && /^mocov3-s(mall)?$/i.test(given) ? SMALL : (given as ArchitectureName)
    const complete = atPlaceOf(options, { ...others, arch, frozen_stages: Math.max(frozen_stages, 0) })
    super(complete, vitPlan(complete, options.with_cls_token ? ['cls_token'] : [], builder), builder)
    if (this.posEmbed !== undefined) this.posEmbed.requiresGrad = false
    if (norm_eval) keepStatistics(this)
    if (frozen_stages === 0) this.freezeEmbeddings()
    if (stop_grad_conv1) for (const parameter of this.patchEmbed.projection.parameters()) parameter.requiresGrad = false
  }

  protected override adjustInit(): void {
    super.adjustInit()
    const { weight, bias } = this.patchEmbed.projection
    const [dims = 1] = weight.shape
    if (this.posEmbed !== undefined) this.posEmbed.init = sincosInit(this.grid, dims, this.tokens.length > 0)
    weight.init = xavierOfPatches(weight.shape)
    if (bias !== undefined) bias.init = zeros
    for (const [name, module] of this.namedModules()) {
      if (!(module instanceof Linear)) continue
      module.weight.init = name.includes('qkv') ? eachOfThree(module) : xavier(1, 'uniform')
      if (module.bias !== undefined) module.bias.init = zeros
    }
    const [classToken] = this.tokens
    if (classToken !== undefined) classToken.init = normal(0, 1e-6)
  }

  private freezeEmbeddings(): void {
    this.patchEmbed.freeze()
    for (const parameter of this.tokens) parameter.requiresGrad = false
  }
}

/** Queries, keys and values as three layers. */
function eachOfThree({ outFeatures, inFeatures }: Linear): Initializer {
  const bound = Math.sqrt(6 / (Math.floor(outFeatures / 3) + inFeatures))
  return uniform(-bound, bound)
}
