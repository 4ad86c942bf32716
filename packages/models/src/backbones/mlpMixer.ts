import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import { buildInitRules, buildNorm, initCfgSchema, ModuleList, type NormLayer, normName, optionPath, PatchEmbed } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, count, indices, namedArchitecture, pair, rate, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { MixerBlock, mixerLayerCfgSchema } from './mlpMixer/mixerBlock.js'
import { patchCfgSchema, patchEmbedOptions } from './visionTransformer/options.js'
import { layerCfg } from './visionTransformer/tokenTransformer.js'

const architectureSchema = v.strictObject({
  embed_dims: count,
  num_layers: count,
  /** Width of the layers that mix places. */
  tokens_mlp_dims: count,
  /** Width of the layers that mix channels. */
  channels_mlp_dims: count,
})
type Architecture = v.InferOutput<typeof architectureSchema>

const row = (embed_dims: number, num_layers: number): Architecture => ({
  embed_dims,
  num_layers,
  tokens_mlp_dims: embed_dims / 2,
  channels_mlp_dims: 4 * embed_dims,
})
const ARCHITECTURES = {
  s: row(512, 8),
  small: row(512, 8),
  b: row(768, 12),
  base: row(768, 12),
  l: row(1024, 24),
  large: row(1024, 24),
} as const

const schema = v.strictObject({
  /** A name (`base` or `b`, …) or the four numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), architectureSchema]), 'base'),
  /** Pixels; images of another size are refused. */
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 16),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth, the same in all blocks. */
  drop_path_rate: v.optional(rate, 0),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  patch_cfg: v.optional(patchCfgSchema, {}),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([mixerLayerCfgSchema, v.array(mixerLayerCfgSchema)]), {}),
  init_cfg: initCfgSchema,
})

interface MlpMixerConfig extends ConfigOf<'MlpMixer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MlpMixer: MlpMixerConfig
  }
}

/**
 * Layers that mix places and layers that mix channels, by turns (Tolstikhin et al. 2021, arXiv 2105.01601). Outputs are tokens
 * [batch, patches, dims]; GlobalAveragePooling with dim 1 takes their mean.
 */
@MODELS.registerModule()
export class MlpMixer extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly patchEmbed: PatchEmbed
  private readonly layers: ModuleList<MixerBlock>
  private readonly norm: NormLayer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('MlpMixer', table, options.arch, optionPath(options, 'arch'))
    this.outIndices = resolveIndices(options.out_indices, arch.num_layers, optionPath(options, 'out_indices'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    const normCfg = options.norm_cfg ?? { type: 'LN' }
    const patch = patchEmbedOptions({ ...options, in_channels: 3 }, arch.embed_dims)
    this.patchEmbed = this.registerModule('patch_embed', new PatchEmbed(patch))
    const [rows, columns] = this.patchEmbed.initOutSize
    const shared = {
      num_tokens: rows * columns,
      embed_dims: arch.embed_dims,
      tokens_mlp_dims: arch.tokens_mlp_dims,
      channels_mlp_dims: arch.channels_mlp_dims,
      drop_rate: options.drop_rate,
      drop_path_rate: options.drop_path_rate,
      act_cfg: options.act_cfg ?? { type: 'GELU' },
      norm_cfg: normCfg,
    }
    const blocks = Array.from({ length: arch.num_layers }, (_, i) => {
      return new MixerBlock(Object.assign({ ...shared }, layerCfg(options.layer_cfgs, i)), builder)
    })
    this.layers = this.registerModule('layers', new ModuleList(blocks))
    const norm = buildNorm(builder, normCfg, arch.embed_dims)
    this.norm = this.registerModule(normName(norm, 1), norm)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    const [rows, columns] = this.patchEmbed.initOutSize
    if (grid[0] !== rows || grid[1] !== columns) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'an MLP-Mixer takes images of one size',
        path: this.path,
        got: inputs.shape,
        expected: 'images of img_size',
      })
    }
    const outputs: tf.Tensor[] = []
    let x: tf.Tensor = tokens
    for (const [index, layer] of [...this.layers].slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = layer.call(x)
      if (index === this.layers.length - 1) x = this.norm.call(x)
      if (this.outIndices.includes(index)) outputs.push(x)
    }
    return outputs
  }
}
