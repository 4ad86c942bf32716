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
  TesseraError,
} from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  Dropout,
  initCfgSchema,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  PatchEmbed,
  type PatchGrid,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { archName, count, dropPathRates, namedArchitecture, noCheckpointing, pair, rate } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { mixmimLayerDepth } from './mixmim/mixmimLayerDepth.js'
import { MixMIMStage } from './mixmim/mixmimStage.js'
import { type SwinArchitecture, swinArchitectureSchema } from './swin/options.js'
import { patchCfgSchema, patchEmbedOptions } from './visionTransformer/options.js'
import { adaptPositions } from './visionTransformer/positionEmbedding.js'

const row = (embed_dims: number, heads: number): SwinArchitecture => ({
  embed_dims,
  depths: [2, 2, 18, 2],
  num_heads: [heads, 2 * heads, 4 * heads, 8 * heads],
})
const ARCHITECTURES = {
  b: row(128, 4),
  base: row(128, 4),
  l: row(192, 6),
  large: row(192, 6),
  h: row(352, 11),
  huge: row(352, 11),
} as const

export const mixMimEntries = {
  /** A name (`base` or `b`, …) or the numbers. */
  arch: v.optional(v.union([archName<keyof typeof ARCHITECTURES>(), swinArchitectureSchema]), 'base'),
  mlp_ratio: v.optional(v.pipe(v.number(), v.gtValue(0)), 4),
  img_size: v.optional(pair, 224),
  patch_size: v.optional(pair, 4),
  in_channels: v.optional(count, 3),
  /** Of each stage. */
  window_size: v.optional(v.array(count), [14, 14, 14, 7]),
  qkv_bias: v.optional(v.boolean(), true),
  patch_cfg: v.optional(patchCfgSchema, {}),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  attn_drop_rate: v.optional(rate, 0),
  use_checkpoint: noCheckpointing,
  init_cfg: initCfgSchema,
}

const schema = v.strictObject(mixMimEntries)

interface MixMIMTransformerConfig extends ConfigOf<'MixMIMTransformer', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MixMIMTransformer: MixMIMTransformerConfig
  }
}

/** MixMIM's hierarchical transformer (Liu et al. 2022, arXiv 2205.13137). Its one output is the mean of the normed tokens. */
@MODELS.registerModule()
export class MixMIMTransformer extends BaseBackbone implements HasLayerDepth {
  static readonly schema: v.GenericSchema = schema
  private readonly arch: SwinArchitecture
  protected readonly positions: Parameter
  private readonly patchEmbed: PatchEmbed
  private readonly layers: ModuleList<MixMIMStage>
  private readonly dropAfterPos: Dropout
  private readonly norm: NormLayer

  constructor(options: v.InferOutput<typeof schema>, @inject(BUILDER) builder: Builder) {
    super()
    const table = new Map<string, SwinArchitecture>(Object.entries(ARCHITECTURES))
    this.arch = namedArchitecture('MixMIMTransformer', table, options.arch, optionPath(options, 'arch'))
    const { embed_dims: dims, depths } = this.arch
    if (options.window_size.length !== depths.length) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'window_size has one number for each stage',
        path: optionPath(options, 'window_size'),
        got: options.window_size,
        expected: `${depths.length} numbers`,
      })
    }
    this.initRules = buildInitRules(options.init_cfg, builder)
    const normCfg = options.norm_cfg ?? { type: 'LN' }
    this.patchEmbed = new PatchEmbed({ ...patchEmbedOptions(options, dims), norm: buildNorm(builder, { type: 'LN' }, dims) })
    const grid = this.patchEmbed.initOutSize
    this.positions = this.registerParameter('absolute_pos_embed', new Parameter([1, grid[0] * grid[1], dims]))
    this.positions.requiresGrad = false
    this.positions.adapt = (value) => adaptPositions(value, 0, grid, 'bicubic')
    this.registerModule('patch_embed', this.patchEmbed)
    const dropPaths = dropPathRates(options.drop_path_rate, depths)
    const stages = depths.map((depth, stage) => {
      const shared = {
        embedDims: dims * 2 ** stage,
        grid: [Math.floor(grid[0] / 2 ** stage), Math.floor(grid[1] / 2 ** stage)] as const,
        numHeads: this.arch.num_heads[stage] ?? 1,
        windowSize: options.window_size[stage] ?? 7,
        mlpRatio: options.mlp_ratio,
        qkvBias: options.qkv_bias,
        drop: options.drop_rate,
        attnDrop: options.attn_drop_rate,
        normCfg,
      }
      return new MixMIMStage(shared, dropPaths.splice(0, depth), stage < depths.length - 1, builder)
    })
    this.layers = this.registerModule('layers', new ModuleList(stages))
    this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(options.drop_rate))
    this.norm = this.registerModule('norm', buildNorm(builder, normCfg, dims * 2 ** (depths.length - 1)))
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    return [tf.mean(this.encode(this.embed(inputs)), 1)]
  }

  /** The grid of patches for images of `img_size`. */
  protected get grid(): PatchGrid {
    return this.patchEmbed.initOutSize
  }

  protected embed(inputs: tf.Tensor4D): tf.Tensor3D {
    const { tokens } = this.patchEmbed.call(inputs)
    if (tokens.shape[1] !== this.positions.shape[1]) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'MixMIM’s windows are made for one size of image',
        path: this.path,
        got: inputs.shape,
        expected: 'images of img_size',
      })
    }
    return tokens
  }

  /**
   * Embedded patches through the stages, normed.
   * @param maskOf what hides tokens of one stage's grid from the others, [1, tokens, 1]; default nothing is hidden
   */
  protected encode(tokens: tf.Tensor3D, maskOf?: (stage: number) => tf.Tensor): tf.Tensor3D {
    let x: tf.Tensor = this.dropAfterPos.call(tf.add(tokens, this.positions.variable as tf.Tensor))
    for (const [index, stage] of [...this.layers].entries()) x = stage.call(x, maskOf?.(index))
    return this.norm.call(x) as tf.Tensor3D
  }

  getLayerDepth(paramName: string, prefix = ''): LayerDepth {
    return mixmimLayerDepth(paramName, prefix, this.arch.depths)
  }
}
