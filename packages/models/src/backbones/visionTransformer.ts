import { BUILDER, type Builder, type ConfigOf, inject, MODELS } from '@tessera/core'
import { optionPath } from '@tessera/nn'
import { dropPathRates } from './backboneOptions.js'
import { architecture } from './visionTransformer/architectures.js'
import { visionTransformerSchema as schema, type VisionTransformerOptions } from './visionTransformer/options.js'
import { layerCfg, type TokenPlan, TokenTransformer } from './visionTransformer/tokenTransformer.js'
import { TransformerEncoderLayer } from './visionTransformer/transformerEncoderLayer.js'

interface VisionTransformerConfig extends ConfigOf<'VisionTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    VisionTransformer: VisionTransformerConfig
  }
}

/** Vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929), with MMPreTrain's options, parameter names and numbers. */
@MODELS.registerModule()
export class VisionTransformer extends TokenTransformer {
  static readonly schema = schema

  constructor(options: VisionTransformerOptions, @inject(BUILDER) builder: Builder) {
    super(options, vitPlan(options, options.with_cls_token ? ['cls_token'] : [], builder), builder)
  }
}

/** A plain ViT with these learnt tokens. */
export function vitPlan(options: VisionTransformerOptions, tokens: readonly string[], builder: Builder): TokenPlan {
  const arch = architecture(options.arch, optionPath(options, 'arch'))
  const normCfg = options.norm_cfg ?? { type: 'LN', eps: 1e-6 }
  return {
    arch,
    tokens,
    positions: 'all',
    preNorm: options.pre_norm,
    patchBias: !options.pre_norm,
    normCfg,
    makeBlocks: () =>
      dropPathRates(options.drop_path_rate, arch.num_layers).map((dropPath, i) => {
        const shared = {
          embed_dims: arch.embed_dims,
          num_heads: arch.num_heads,
          feedforward_channels: arch.feedforward_channels,
          layer_scale_init_value: options.layer_scale_init_value,
          drop_rate: options.drop_rate,
          drop_path_rate: dropPath,
          qkv_bias: options.qkv_bias,
          norm_cfg: normCfg,
        }
        return new TransformerEncoderLayer(Object.assign(shared, layerCfg(options.layer_cfgs, i)), builder)
      }),
  }
}
