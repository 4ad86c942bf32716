import { BUILDER, type Builder, type ConfigOf, inject, MODELS, TesseraError } from '@tessera/core'
import { optionPath, zeros } from '@tessera/nn'
import type * as v from 'valibot'
import { dropPathRates, namedArchitecture } from './backboneOptions.js'
import { BeitBlock } from './beit/beitBlock.js'
import { BEIT_ARCHITECTURES, type BeitOptions, beitSchema as schema } from './beit/options.js'
import { RelativePositionBias } from './beit/relativePositionTable.js'
import { layerCfg, TokenTransformer } from './visionTransformer/tokenTransformer.js'

interface BEiTViTConfig extends ConfigOf<'BEiTViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    BEiTViT: BEiTViTConfig
  }
}

/** BEiT's transformer (Bao et al. 2021, arXiv 2106.08254): a ViT whose attention knows offsets, with MMPreTrain's names and numbers. */
@MODELS.registerModule()
export class BEiTViT extends TokenTransformer {
  static readonly schema: v.GenericSchema = schema
  /** Blocks that have a table of position biases of their own. */
  private readonly layerCount: number

  constructor(options: BeitOptions, @inject(BUILDER) builder: Builder) {
    checkBias(options)
    const arch = namedArchitecture('BEiTViT', BEIT_ARCHITECTURES, options.arch, optionPath(options, 'arch'))
    const normCfg = options.norm_cfg ?? { type: 'LN', eps: 1e-6 }
    const plan = {
      arch,
      tokens: options.with_cls_token ? ['cls_token'] : [],
      positions: options.use_abs_pos_emb ? ('all' as const) : ('none' as const),
      normCfg,
      makeBlocks: (grid: readonly [number, number]) =>
        dropPathRates(options.drop_path_rate, arch.num_layers).map((dropPath, i) => {
          const shared = {
            embed_dims: arch.embed_dims,
            num_heads: arch.num_heads,
            feedforward_channels: arch.feedforward_channels,
            layer_scale_init_value: options.layer_scale_init_value,
            use_rel_pos_bias: options.use_rel_pos_bias,
            window: grid,
            bias: options.bias,
            norm_cfg: normCfg,
            drop_rate: options.drop_rate,
            drop_path_rate: dropPath,
          }
          return new BeitBlock(Object.assign(shared, layerCfg(options.layer_cfgs, i)), builder)
        }),
    }
    const relativeBias = (grid: readonly [number, number]) => new RelativePositionBias(grid, arch.num_heads, zeros)
    super(options, options.use_shared_rel_pos_bias ? { ...plan, relativeBias } : plan, builder)
    this.layerCount = options.use_rel_pos_bias ? arch.num_layers : 0
  }

  /** Pretraining shares one table of position biases; where each block has its own, all begin with that one. */
  override namesElsewhere(): ReadonlyMap<string, string> {
    const table = 'relative_position_bias_table'
    return new Map(Array.from({ length: this.layerCount }, (_, i) => [`layers.${i}.attn.${table}`, `rel_pos_bias.${table}`]))
  }
}

function checkBias(options: BeitOptions): void {
  const { use_rel_pos_bias: own, use_shared_rel_pos_bias: shared, with_cls_token: token } = options
  if (own && shared) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'a relative position bias is either shared or each block’s own',
      path: optionPath(options, 'use_shared_rel_pos_bias'),
      got: true,
      expected: 'one of use_rel_pos_bias and use_shared_rel_pos_bias',
    })
  }
  if ((own || shared) && !token) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'the relative position bias has rows for the class token',
      path: optionPath(options, 'with_cls_token'),
      got: false,
      expected: 'true, or no relative position bias',
    })
  }
}
