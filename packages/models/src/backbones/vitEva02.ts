import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { optionPath } from '@tessera/nn'
import * as v from 'valibot'
import { archName, dropPathRates, namedArchitecture, rate } from './backboneOptions.js'
import { Eva02Block, eva02LayerCfgSchema } from './eva02/eva02Block.js'
import { RotaryEmbedding } from './eva02/rotaryEmbedding.js'
import { architectureSchema, architectureTable } from './visionTransformer/architectures.js'
import { tokenEntries } from './visionTransformer/options.js'
import { layerCfg, TokenTransformer } from './visionTransformer/tokenTransformer.js'

const ROWS = [
  [['t', 'ti', 'tiny'], 192, 12, 3, 512],
  [['s', 'small'], 384, 12, 6, 1024],
  [['b', 'base'], 768, 12, 12, 2048],
  [['l', 'large'], 1024, 24, 16, 2730],
] as const
const ARCHITECTURES = architectureTable(ROWS)

const schema = v.strictObject({
  /** A name (`base` or `b`, …) or the four numbers. */
  arch: v.optional(v.union([archName<(typeof ROWS)[number][0][number]>(), architectureSchema]), 'tiny'),
  ...tokenEntries,
  /** A norm inside the feed-forward layers. */
  sub_ln: v.optional(v.boolean(), false),
  attn_drop_rate: v.optional(rate, 0),
  proj_drop_rate: v.optional(rate, 0),
  qkv_bias: v.optional(v.boolean(), true),
  /** A norm before the first block; the patch embedding then has no bias. */
  pre_norm: v.optional(v.boolean(), false),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([eva02LayerCfgSchema, v.array(eva02LayerCfgSchema)]), {}),
})

interface ViTEVA02Config extends ConfigOf<'ViTEVA02', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ViTEVA02: ViTEVA02Config
  }
}

/** EVA-02's transformer (Fang et al. 2023, arXiv 2303.11331): rotary positions, gated feed-forward layers. */
@MODELS.registerModule()
export class ViTEVA02 extends TokenTransformer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const arch = namedArchitecture('ViTEVA02', ARCHITECTURES, options.arch, optionPath(options, 'arch'))
    const normCfg = options.norm_cfg ?? { type: 'LN' }
    const tokens = options.with_cls_token ? ['cls_token'] : []
    const plan = {
      arch,
      tokens,
      positions: 'all' as const,
      preNorm: options.pre_norm,
      patchBias: !options.pre_norm,
      normCfg,
      makeBlocks: (grid: readonly [number, number]) =>
        dropPathRates(options.drop_path_rate, arch.num_layers).map((dropPath, i) => {
          const shared = {
            embed_dims: arch.embed_dims,
            num_heads: arch.num_heads,
            feedforward_channels: arch.feedforward_channels,
            sub_ln: options.sub_ln,
            attn_drop: options.attn_drop_rate,
            proj_drop: options.proj_drop_rate,
            qkv_bias: options.qkv_bias,
            drop_rate: options.drop_rate,
            drop_path_rate: dropPath,
            norm_cfg: normCfg,
            grid,
            tokens: tokens.length,
          }
          return new Eva02Block(Object.assign(shared, layerCfg(options.layer_cfgs, i)), builder)
        }),
    }
    super(options, plan, builder)
    // The blocks have their own; this one stands in state dicts, for MMPreTrain's share theirs with the backbone.
    this.registerModule('rope', new RotaryEmbedding(arch.embed_dims / arch.num_heads, this.grid))
  }
}
