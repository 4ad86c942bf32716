import {
  BUILDER,
  type Builder,
  type ConfigOf,
  componentConfig,
  type HasLayerDepth,
  inject,
  type LayerDepth,
  MODELS,
  type ModelTypes,
} from '@tessera/core'
import {
  buildInitRules,
  Conv2d,
  Dropout,
  initCfgSchema,
  LayerNorm2d,
  ModuleList,
  optionPath,
  Parameter,
  PatchEmbed,
  Sequential,
  type StateValue,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import {
  archName,
  checkFrozenStages,
  count,
  dropPathRates,
  frozenStages,
  indices,
  namedArchitecture,
  offset,
  pair,
  rate,
  resolveIndices,
} from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { SamBlock, samLayerCfgSchema } from './sam/samBlock.js'
import { architectureSchema } from './visionTransformer/architectures.js'
import { INTERPOLATE_MODES } from './visionTransformer/gridResize.js'
import { vitLayerDepth } from './visionTransformer/layerDepth.js'
import { patchCfgSchema, patchEmbedOptions } from './visionTransformer/options.js'
import { resizeGrid, resizePositions } from './visionTransformer/positionEmbedding.js'
import { layerCfg } from './visionTransformer/tokenTransformer.js'

const samArchitectureSchema = v.strictObject({
  ...architectureSchema.entries,
  /** Blocks that attend over the whole map. */
  global_attn_indexes: v.array(offset),
})
type Architecture = v.InferOutput<typeof samArchitectureSchema>

const row = (dims: number, layers: number, heads: number): Architecture => ({
  embed_dims: dims,
  num_layers: layers,
  num_heads: heads,
  feedforward_channels: 4 * dims,
  global_attn_indexes: [1, 2, 3, 4].map((quarter) => (quarter * layers) / 4 - 1),
})
const ARCHITECTURES = {
  b: row(768, 12, 12),
  base: row(768, 12, 12),
  l: row(1024, 24, 16),
  large: row(1024, 24, 16),
  h: row(1280, 32, 16),
  huge: row(1280, 32, 16),
} as const

const schema = v.strictObject({
  /** A name (`base` or `b`, …) or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), samArchitectureSchema]), 'base'),
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 16),
  in_channels: v.optional(count, 3),
  /** Channels of the outputs, by two convolutions; 0: those of the blocks. */
  out_channels: v.optional(offset, 256),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** raw and featmap: maps [batch, rows, columns, channels]; avg_featmap: their means. */
  out_type: v.optional(v.picklist(['raw', 'featmap', 'avg_featmap']), 'raw'),
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  qkv_bias: v.optional(v.boolean(), true),
  use_abs_pos: v.optional(v.boolean(), true),
  use_rel_pos: v.optional(v.boolean(), true),
  /** Side of the windows of those blocks that do not attend over the whole map. */
  window_size: v.optional(offset, 14),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** Freeze the embeddings and so many blocks; −1 and 0: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  patch_cfg: v.optional(patchCfgSchema, {}),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([samLayerCfgSchema, v.array(samLayerCfgSchema)]), {}),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface ViTSAMConfig extends ConfigOf<'ViTSAM', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    ViTSAM: ViTSAMConfig
  }
}

/** The image encoder of Segment Anything (Kirillov et al. 2023, arXiv 2304.02643). */
@MODELS.registerModule()
export class ViTSAM extends BaseBackbone implements HasLayerDepth {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly posEmbed: Parameter | undefined
  private readonly patchEmbed: PatchEmbed
  private readonly dropAfterPos: Dropout | undefined
  private readonly layers: ModuleList<SamBlock>
  private readonly channelReduction: Sequential | undefined

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const table = new Map<string, Architecture>(Object.entries(ARCHITECTURES))
    const arch = namedArchitecture('ViTSAM', table, options.arch, optionPath(options, 'arch'))
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.outIndices = resolveIndices(options.out_indices, arch.num_layers, optionPath(options, 'out_indices'))
    checkFrozenStages(options.frozen_stages, arch.num_layers, optionPath(options, 'frozen_stages'))
    const { embed_dims: dims } = arch
    this.patchEmbed = new PatchEmbed(patchEmbedOptions(options, dims))
    const grid = this.patchEmbed.initOutSize
    if (options.use_abs_pos) {
      this.posEmbed = this.registerParameter('pos_embed', new Parameter([1, ...grid, dims], { init: truncNormal(0, 0.02) }))
      this.posEmbed.adapt = (value) => adaptMap(value, grid, options.interpolate_mode)
    }
    this.registerModule('patch_embed', this.patchEmbed)
    if (options.use_abs_pos) this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(options.drop_rate))
    this.layers = this.registerModule('layers', new ModuleList(makeBlocks(options, arch, grid, builder)))
    if (options.out_channels > 0) {
      const out = options.out_channels
      const convolutions = [new Conv2d(dims, out, 1, { bias: false }), new Conv2d(out, out, 3, { padding: 1, bias: false })]
      const layers = convolutions.flatMap((conv) => [conv, new LayerNorm2d({ eps: 1e-6 }, out)])
      this.channelReduction = this.registerModule('channel_reduction', new Sequential(layers))
    }
    if (options.frozen_stages > 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { tokens, grid } = this.patchEmbed.call(inputs)
    const [batch, , dims] = tokens.shape
    let x = tf.reshape(this.addPositions(tokens, grid), [batch, grid[0], grid[1], dims]) as tf.Tensor4D
    if (this.dropAfterPos !== undefined) x = this.dropAfterPos.call(x) as tf.Tensor4D
    const outputs: tf.Tensor[] = []
    for (const [index, layer] of [...this.layers].slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = layer.call(x)
      if (!this.outIndices.includes(index)) continue
      const reduced = this.channelReduction === undefined ? x : this.channelReduction.call(x)
      outputs.push(this.options.out_type === 'avg_featmap' ? tf.mean(reduced, [1, 2]) : reduced)
    }
    return outputs
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return vitLayerDepth(paramName, prefix, this.layers.length)
  }

  private addPositions(tokens: tf.Tensor3D, grid: readonly [number, number]): tf.Tensor3D {
    if (this.posEmbed === undefined) return tokens
    const own = this.patchEmbed.initOutSize
    const flat = tf.reshape(this.posEmbed.variable as tf.Tensor, [1, own[0] * own[1], -1]) as tf.Tensor3D
    return tf.add(tokens, resizePositions(flat, 0, own, grid, this.options.interpolate_mode))
  }

  private freezeStages(stages: number): void {
    if (this.posEmbed !== undefined) this.posEmbed.requiresGrad = false
    for (const module of [this.dropAfterPos, this.patchEmbed, ...[...this.layers].slice(0, stages)]) module?.freeze()
    if (stages === this.layers.length) this.channelReduction?.freeze()
  }
}

function makeBlocks(options: Options, arch: Architecture, grid: readonly [number, number], builder: Builder): SamBlock[] {
  return dropPathRates(options.drop_path_rate, arch.num_layers).map((dropPath, i) => {
    const shared = {
      embed_dims: arch.embed_dims,
      num_heads: arch.num_heads,
      feedforward_channels: arch.feedforward_channels,
      drop_rate: options.drop_rate,
      drop_path_rate: dropPath,
      qkv_bias: options.qkv_bias,
      norm_cfg: options.norm_cfg ?? { type: 'LN', eps: 1e-6 },
      use_rel_pos: options.use_rel_pos,
      window_size: arch.global_attn_indexes.includes(i) ? 0 : options.window_size,
      grid,
    }
    return new SamBlock(Object.assign(shared, layerCfg(options.layer_cfgs, i)), builder)
  })
}

/** Positions [1, rows, columns, dims] of another grid. */
function adaptMap(value: StateValue, grid: readonly [number, number], mode: Options['interpolate_mode']): StateValue | undefined {
  const [one, rows = 0, columns = 0, dims = 0] = value.shape
  if (value.shape.length !== 4 || one !== 1) return undefined
  return { shape: [1, ...grid, dims], data: resizeGrid(value.data, [rows, columns], grid, dims, mode) }
}
