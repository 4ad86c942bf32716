import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { optionPath } from '@tessera/nn'
import * as v from 'valibot'
import { archName, dropPathRates, namedArchitecture } from './backboneOptions.js'
import { Deit3Block, deit3LayerCfgSchema } from './deit3/deit3Block.js'
import { architectureSchema, architectureTable } from './visionTransformer/architectures.js'
import { tokenEntries } from './visionTransformer/options.js'
import { layerCfg, TokenTransformer } from './visionTransformer/tokenTransformer.js'

const ROWS = [
  [['s', 'small'], 384, 12, 6, 1536],
  [['m', 'medium'], 512, 12, 8, 2048],
  [['b', 'base'], 768, 12, 12, 3072],
  [['l', 'large'], 1024, 24, 16, 4096],
  [['h', 'huge'], 1280, 32, 16, 5120],
] as const
const ARCHITECTURES = architectureTable(ROWS)

const schema = v.strictObject({
  /** A name (`base` or `b`, …) or the four numbers. */
  arch: v.optional(v.union([archName<(typeof ROWS)[number][0][number]>(), architectureSchema]), 'base'),
  ...tokenEntries,
  qkv_bias: v.optional(v.boolean(), true),
  use_layer_scale: v.optional(v.boolean(), true),
  /** Which norm stands before a block's feed-forward layer. MMPreTrain's is `ln1`, a slip; weights of DeiT III's authors want `ln2`. */
  second_norm: v.optional(v.picklist(['ln1', 'ln2']), 'ln1'),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([deit3LayerCfgSchema, v.array(deit3LayerCfgSchema)]), {}),
})

interface DeiT3Config extends ConfigOf<'DeiT3', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    DeiT3: DeiT3Config
  }
}

/** DeiT III (Touvron et al. 2022, arXiv 2204.07118): layer scale, and no position for the class token. */
@MODELS.registerModule()
export class DeiT3 extends TokenTransformer {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    const arch = namedArchitecture('DeiT3', ARCHITECTURES, options.arch, optionPath(options, 'arch'))
    const normCfg = options.norm_cfg ?? { type: 'LN', eps: 1e-6 }
    const plan = {
      arch,
      tokens: options.with_cls_token ? ['cls_token'] : [],
      positions: 'patches' as const,
      meanNorm: false,
      normCfg,
      makeBlocks: () =>
        dropPathRates(options.drop_path_rate, arch.num_layers).map((dropPath, i) => {
          const shared = {
            embed_dims: arch.embed_dims,
            num_heads: arch.num_heads,
            feedforward_channels: arch.feedforward_channels,
            use_layer_scale: options.use_layer_scale,
            second_norm: options.second_norm,
            drop_rate: options.drop_rate,
            drop_path_rate: dropPath,
            qkv_bias: options.qkv_bias,
            norm_cfg: normCfg,
          }
          return new Deit3Block(Object.assign(shared, layerCfg(options.layer_cfgs, i)), builder)
        }),
    }
    super(options, plan, builder)
  }
}
