import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  ConvModule,
  Dropout,
  initCfgSchema,
  Module,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  type PatchGrid,
  Sequential,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { fourierPositions } from '../layers/fourierPositions.js'
import { checkFrozenStages, count, frozenStages, indices, initCfgOr, offset, pair, rate, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { OUT_TYPES } from './visionTransformer/options.js'
import { ClassAttentionBlock } from './xcit/classAttentionBlock.js'
import { XCABlock, type XCiTBlockOptions } from './xcit/xcaBlock.js'

const schema = v.strictObject({
  /** Pixels; a multiple of patch_size. Other sizes work too. */
  img_size: v.optional(pair, 224),
  /** A patch is embedded by four strided convolutions (16) or three (8). */
  patch_size: v.optional(v.picklist([8, 16]), 16),
  in_channels: v.optional(count, 3),
  embed_dims: v.optional(count, 768),
  /** Blocks of attention among channels. */
  depth: v.optional(count, 12),
  /** Blocks in which the class token learns from the patches. */
  cls_attn_layers: v.optional(offset, 2),
  num_heads: v.optional(count, 12),
  mlp_ratio: v.optional(v.pipe(v.number(), v.gtValue(0)), 4),
  qkv_bias: v.optional(v.boolean(), true),
  drop_rate: v.optional(rate, 0),
  attn_drop_rate: v.optional(rate, 0),
  /** Stochastic depth, the same in all blocks but the last `cls_attn_layers`. */
  drop_path_rate: v.optional(rate, 0),
  /** Sines and cosines of each place, through a 1×1 convolution. */
  use_pos_embed: v.optional(v.boolean(), true),
  layer_scale_init_value: v.optional(v.number(), 1),
  /** The class attention's second norm is of all tokens, not of the class token alone. */
  tokens_norm: v.optional(v.boolean(), false),
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the mean of the patches. */
  out_type: v.optional(v.picklist(OUT_TYPES), 'cls_token'),
  /** Blocks whose output is returned, of both kinds one after the other; negative counts from the end. */
  out_indices: v.optional(indices, [-1]),
  final_norm: v.optional(v.boolean(), true),
  /** Freeze the embeddings (0) and the blocks before this one; −1: nothing. */
  frozen_stages: v.optional(frozenStages, -1),
  /** Of the convolutions' norms; default BN. */
  bn_norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface XCiTConfig extends ConfigOf<'XCiT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    XCiT: XCiTConfig
  }
}

const DEFAULT_INIT = [{ type: 'TruncNormal', layer: 'Linear' }] as const

/** Strided 3×3 convolutions that double the width: `proj`. */
class ConvPatchEmbed extends Module {
  private readonly proj: Sequential

  constructor(options: Options, cfgs: { normCfg: object; actCfg: object }, builder: Builder) {
    super()
    const dims = options.embed_dims
    const widths = [8, 4, 2, 1].slice(options.patch_size === 16 ? 0 : 1).map((part) => Math.floor(dims / part))
    const layers = widths.map((outChannels, i) => {
      const conv = { inChannels: widths[i - 1] ?? options.in_channels, outChannels, kernelSize: 3, stride: 2, padding: 1, ...cfgs }
      return new ConvModule(i === widths.length - 1 ? { ...conv, actCfg: null } : conv, builder)
    })
    this.proj = this.registerModule('proj', new Sequential(layers))
  }

  override forward(inputs: tf.Tensor4D): tf.Tensor4D {
    return this.proj.call(inputs) as tf.Tensor4D
  }
}

/** [batch, rows, columns, dims] → what each place adds to its patch, [1, rows, columns, dims]. */
class FourierPositions extends Module {
  private readonly projection: ConvModule

  constructor(dims: number, builder: Builder) {
    super()
    const conv = { inChannels: 64, outChannels: dims, kernelSize: 1, actCfg: null }
    this.projection = this.registerModule('token_projection', new ConvModule(conv, builder))
  }

  override forward(grid: PatchGrid): tf.Tensor {
    return this.projection.call(fourierPositions(grid))
  }
}

/** Transformer with attention among channels, linear in the number of patches (El-Nouby et al. 2021, arXiv 2106.09681). */
@MODELS.registerModule()
export class XCiT extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly clsToken: Parameter
  private readonly patchEmbed: ConvPatchEmbed
  private readonly posEmbed: FourierPositions | undefined
  private readonly posDrop: Dropout
  private readonly xcaLayers: ModuleList<XCABlock>
  private readonly caLayers: ModuleList<ClassAttentionBlock>
  private readonly norm: NormLayer | undefined

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const { depth, cls_attn_layers: classLayers, embed_dims: dims } = options
    this.outIndices = resolveIndices(options.out_indices, depth + classLayers, optionPath(options, 'out_indices'))
    checkOptions(options, this.outIndices)
    this.initRules = buildInitRules(initCfgOr(options.init_cfg, DEFAULT_INIT), builder)
    const [batchNormCfg, actCfg] = [options.bn_norm_cfg ?? { type: 'BN' }, options.act_cfg ?? { type: 'GELU' }]
    const normCfg = options.norm_cfg ?? { type: 'LN', eps: 1e-6 }
    this.clsToken = this.registerParameter('cls_token', new Parameter([1, 1, dims]))
    this.patchEmbed = this.registerModule('patch_embed', new ConvPatchEmbed(options, { normCfg: batchNormCfg, actCfg }, builder))
    if (options.use_pos_embed) this.posEmbed = this.registerModule('pos_embed', new FourierPositions(dims, builder))
    this.posDrop = this.registerModule('pos_drop', new Dropout(options.drop_rate))
    const block: XCiTBlockOptions = {
      embedDims: dims,
      numHeads: options.num_heads,
      mlpRatio: options.mlp_ratio,
      qkvBias: options.qkv_bias,
      dropRate: options.drop_rate,
      attnDrop: options.attn_drop_rate,
      dropPath: options.drop_path_rate,
      layerScale: options.layer_scale_init_value,
      batchNormCfg,
      normCfg,
      actCfg,
    }
    const xca = Array.from({ length: depth }, () => new XCABlock(block, builder))
    const ca = Array.from({ length: classLayers }, () => new ClassAttentionBlock(block, options.tokens_norm, builder))
    this.xcaLayers = this.registerModule('xca_layers', new ModuleList(xca))
    this.caLayers = this.registerModule('ca_layers', new ModuleList(ca))
    if (options.final_norm) this.norm = this.registerModule('norm', buildNorm(builder, normCfg, dims))
    if (options.frozen_stages >= 0) this.freezeStages(options.frozen_stages)
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const map = this.patchEmbed.call(inputs)
    const [batch, rows, columns, dims] = map.shape
    const placed = this.posEmbed === undefined ? map : tf.add(map, this.posEmbed.call([rows, columns]))
    let x = this.posDrop.call(tf.reshape(placed, [batch, rows * columns, dims])) as tf.Tensor3D
    const outputs: tf.Tensor[] = []
    const deepest = Math.max(...this.outIndices)
    for (const [index, layer] of [...this.xcaLayers].entries()) {
      x = layer.call(x, [rows, columns])
      if (this.outIndices.includes(index)) outputs.push(this.formatOutput(x, [rows, columns], false))
    }
    if (deepest < this.xcaLayers.length) return outputs
    x = tf.concat([tf.tile(this.clsToken.variable as tf.Tensor as tf.Tensor3D, [batch, 1, 1]), x], 1)
    for (const [index, layer] of [...this.caLayers].entries()) {
      x = layer.call(x)
      if (index === this.caLayers.length - 1 && this.norm !== undefined) x = this.norm.call(x) as tf.Tensor3D
      if (this.outIndices.includes(this.xcaLayers.length + index)) outputs.push(this.formatOutput(x, [rows, columns], true))
    }
    return outputs
  }

  protected override adjustInit(): void {
    this.clsToken.init = truncNormal(0, 0.02)
  }

  private formatOutput(x: tf.Tensor3D, [rows, columns]: PatchGrid, hasToken: boolean): tf.Tensor {
    const [batch, tokens, dims] = x.shape
    const { out_type: outType } = this.options
    if (outType === 'raw') return x
    if (outType === 'cls_token') return tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, dims]), [batch, dims])
    const patches = hasToken ? tf.slice(x, [0, 1, 0], [batch, tokens - 1, dims]) : x
    return outType === 'featmap' ? tf.reshape(patches, [batch, rows, columns, dims]) : tf.mean(patches, 1)
  }

  private freezeStages(stages: number): void {
    for (const module of [this.posEmbed, this.patchEmbed, this.posDrop]) module?.freeze()
    const blocks: Module[] = [...this.xcaLayers, ...this.caLayers]
    for (const block of blocks.slice(0, Math.max(0, stages - 1))) block.freeze()
    if (stages > this.xcaLayers.length) this.clsToken.requiresGrad = false
    if (stages === blocks.length) this.norm?.freeze()
  }
}

/** What the schema cannot say: options that depend on one another. */
function checkOptions(options: Options, wanted: readonly number[]): void {
  const { depth, cls_attn_layers: classLayers, patch_size: patch } = options
  checkFrozenStages(options.frozen_stages, depth + classLayers + 1, optionPath(options, 'frozen_stages'))
  const wrong = (key: string, what: string, got: unknown, expected: string) =>
    new TesseraError('INVALID_OPTIONS', { what, path: optionPath(options, key), got, expected })
  if ([options.img_size].flat().some((size: number) => size % patch !== 0))
    throw wrong('img_size', 'the patches do not divide the image evenly', options.img_size, `a multiple of ${patch}`)
  if (options.out_type === 'cls_token' && wanted.some((index) => index < depth))
    throw wrong('out_indices', 'these blocks have no class token', options.out_indices, `${depth} or more, or another out_type`)
}
