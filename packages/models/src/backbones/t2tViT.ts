import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes, TesseraError } from '@tessera/core'
import {
  Buffer,
  buildInitRules,
  buildNorm,
  Dropout,
  initCfgSchema,
  ModuleList,
  type NormLayer,
  optionPath,
  Parameter,
  type PatchGrid,
  truncNormal,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, dropPathRates, indices, rate, resolveIndices } from './backboneOptions.js'
import { BaseBackbone } from './baseBackbone.js'
import { QK_SCALINGS, T2TLayer, t2tLayerCfgSchema } from './t2tvit/t2tLayer.js'
import { T2TModule } from './t2tvit/t2tModule.js'
import { INTERPOLATE_MODES } from './visionTransformer/gridResize.js'
import { OUT_TYPES } from './visionTransformer/options.js'
import { adaptPositions, resizePositions } from './visionTransformer/positionEmbedding.js'
import { layerCfg } from './visionTransformer/tokenTransformer.js'

const t2tCfgSchema = v.strictObject({
  /** Width of the tokens before the last step. */
  token_dims: v.optional(count),
  use_performer: v.optional(v.literal(false, 'MMPreTrain has no performer either: leave use_performer off')),
})

const schema = v.strictObject({
  /** Side of the images, in pixels; other sizes work too, with resized positions. */
  img_size: v.optional(count, 224),
  in_channels: v.optional(count, 3),
  embed_dims: v.optional(count, 384),
  num_layers: v.optional(count, 14),
  /** Blocks whose output is returned; negative counts from the end. */
  out_indices: v.optional(indices, -1),
  /** Dropout after the position embedding. */
  drop_rate: v.optional(rate, 0),
  /** Stochastic depth of the last block; it grows linearly from 0. */
  drop_path_rate: v.optional(rate, 0),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  /** A norm after the last block. */
  final_norm: v.optional(v.boolean(), true),
  /** raw: all tokens; cls_token: the first; featmap: [batch, rows, columns, dims]; avg_featmap: the mean of the patches. */
  out_type: v.optional(v.picklist(OUT_TYPES), 'cls_token'),
  with_cls_token: v.optional(v.boolean(), true),
  interpolate_mode: v.optional(v.picklist(INTERPOLATE_MODES), 'bicubic'),
  /** How images become tokens: `token_dims`, default 64. */
  t2t_cfg: v.optional(t2tCfgSchema, {}),
  /** For all blocks, or one object a block. */
  layer_cfgs: v.optional(v.union([t2tLayerCfgSchema, v.array(t2tLayerCfgSchema)]), {}),
  /**
   * What queries · keys are multiplied by. paper: 1/√(channels that come in, per head), or `qk_scale`, as the authors' code and the published weights
   * have it; mmpretrain: √(channels per head), as MMPreTrain 1.x computes (its documentation says otherwise).
   */
  qk_scaling: v.optional(v.picklist(QK_SCALINGS), 'paper'),
  init_cfg: initCfgSchema,
})
type Options = v.InferOutput<typeof schema>

interface T2TViTConfig extends ConfigOf<'T2T_ViT', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    T2T_ViT: T2TViTConfig
  }
}

/** A vision transformer whose tokens are made step by step from overlapping windows (Yuan et al. 2021, arXiv 2101.11986). */
@MODELS.registerModule({ name: 'T2T_ViT' })
export class T2TViT extends BaseBackbone {
  static readonly schema = schema
  private readonly outIndices: readonly number[]
  private readonly side: number
  private readonly clsToken: Parameter | undefined
  private readonly posEmbed: Buffer
  private readonly tokensToToken: T2TModule
  private readonly dropAfterPos: Dropout
  private readonly encoder: ModuleList<T2TLayer>
  private readonly norm: NormLayer | undefined

  constructor(
    private readonly options: Options,
    @inject(BUILDER) builder: Builder,
  ) {
    super()
    const { embed_dims: dims, num_layers: layers } = options
    this.outIndices = resolveIndices(options.out_indices, layers, optionPath(options, 'out_indices'))
    checkOptions(options)
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.side = Math.floor(options.img_size / 16)
    if (options.with_cls_token) this.clsToken = this.registerParameter('cls_token', new Parameter([1, 1, dims]))
    const places = this.side ** 2 + this.extra
    this.posEmbed = this.registerBuffer('pos_embed', new Buffer([1, places, dims], { init: () => sinusoids(places, dims) }))
    this.posEmbed.adapt = (value) => adaptPositions(value, this.extra, [this.side, this.side], options.interpolate_mode)
    const tokenDims = options.t2t_cfg.token_dims ?? 64
    this.tokensToToken = this.registerModule(
      'tokens_to_token',
      new T2TModule(options.in_channels, dims, tokenDims, options.qk_scaling, builder),
    )
    this.dropAfterPos = this.registerModule('drop_after_pos', new Dropout(options.drop_rate))
    const normCfg = options.norm_cfg ?? { type: 'LN' }
    const blocks = dropPathRates(options.drop_path_rate, layers).map((drop_path_rate, i) => {
      const shared = {
        embed_dims: dims,
        num_heads: 6,
        feedforward_channels: 3 * dims,
        drop_path_rate,
        norm_cfg: normCfg,
        qk_scaling: options.qk_scaling,
      }
      return new T2TLayer(Object.assign(shared, layerCfg(options.layer_cfgs, i)), builder)
    })
    this.encoder = this.registerModule('encoder', new ModuleList(blocks))
    if (options.final_norm) this.norm = this.registerModule('norm', buildNorm(builder, normCfg, dims))
  }

  override forward(inputs: tf.Tensor4D): readonly tf.Tensor[] {
    const { tokens, grid } = this.tokensToToken.call(inputs)
    const [batch] = tokens.shape
    const token = this.clsToken?.variable as tf.Tensor | undefined as tf.Tensor3D | undefined
    const all = token === undefined ? tokens : tf.concat([tf.tile(token, [batch, 1, 1]), tokens], 1)
    const embedding = this.posEmbed.variable as tf.Tensor as tf.Tensor3D
    const positions = resizePositions(embedding, this.extra, [this.side, this.side], grid, this.options.interpolate_mode)
    let x: tf.Tensor = this.dropAfterPos.call(tf.add(all, positions))
    const outputs: tf.Tensor[] = []
    for (const [index, layer] of [...this.encoder].slice(0, Math.max(...this.outIndices) + 1).entries()) {
      x = layer.call(x)
      if (index === this.encoder.length - 1 && this.norm !== undefined) x = this.norm.call(x)
      if (this.outIndices.includes(index)) outputs.push(this.formatOutput(x as tf.Tensor3D, grid))
    }
    return outputs
  }

  protected override adjustInit(): void {
    if (this.clsToken !== undefined) this.clsToken.init = truncNormal(0, 0.02)
  }

  /** Tokens in front of the patches. */
  private get extra(): 0 | 1 {
    return this.options.with_cls_token ? 1 : 0
  }

  private formatOutput(x: tf.Tensor3D, [rows, columns]: PatchGrid): tf.Tensor {
    const [batch, tokens, dims] = x.shape
    const { out_type: outType } = this.options
    if (outType === 'raw') return x
    if (outType === 'cls_token') return tf.reshape(tf.slice(x, [0, 0, 0], [batch, 1, dims]), [batch, dims])
    const patches = this.extra === 0 ? x : tf.slice(x, [0, 1, 0], [batch, tokens - 1, dims])
    return outType === 'featmap' ? tf.reshape(patches, [batch, rows, columns, dims]) : tf.mean(patches, 1)
  }
}

/** Sines and cosines by turns of each place's number, at geometric frequencies. */
function sinusoids(places: number, dims: number): Float32Array {
  return Float32Array.from({ length: places * dims }, (_, at) => {
    const [place, i] = [Math.floor(at / dims), at % dims]
    const angle = place / 10_000 ** ((2 * Math.floor(i / 2)) / dims)
    return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
  })
}

/** What the schema cannot say: options that depend on one another. */
function checkOptions(options: Options): void {
  const wrong = (key: string, what: string, got: unknown, expected: string) =>
    new TesseraError('INVALID_OPTIONS', { what, path: optionPath(options, key), got, expected })
  if (!options.with_cls_token && options.out_type === 'cls_token')
    throw wrong('with_cls_token', "out_type 'cls_token' needs a class token", false, 'true, or another out_type')
  const { layer_cfgs: cfgs, num_layers: layers } = options
  if (Array.isArray(cfgs) && cfgs.length !== layers)
    throw wrong('layer_cfgs', 'a list of layer_cfgs has one entry for each block', cfgs.length, String(layers))
}
