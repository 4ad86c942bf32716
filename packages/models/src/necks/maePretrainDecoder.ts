import { BUILDER, type Builder, type ConfigOf, componentConfig, inject, MODELS, type ModelTypes } from '@tessera/core'
import {
  buildInitRules,
  buildNorm,
  initCfgSchema,
  Linear,
  Module,
  ModuleList,
  type NormLayer,
  normal,
  normName,
  Parameter,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { TransformerEncoderLayer } from '../backbones/visionTransformer/transformerEncoderLayer.js'
import { maskOf, picksOf } from '../layers/patchOrder.js'
import { sincosInit } from '../layers/sincosPositions.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** Options of every decoder of this kind. */
export const maeDecoderEntries = {
  /** A square number. */
  num_patches: v.optional(count, 196),
  patch_size: v.optional(count, 16),
  in_chans: v.optional(count, 3),
  /** Width of the encoder's tokens. */
  embed_dim: v.optional(count, 1024),
  /** Width of its own tokens. */
  decoder_embed_dim: v.optional(count, 512),
  /** How many blocks it has. */
  decoder_depth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 8),
  /** Attention heads of each. */
  decoder_num_heads: v.optional(count, 16),
  mlp_ratio: v.optional(v.pipe(v.number(), v.gtValue(0)), 4),
  /** Default layer norm with eps 1e-6. */
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  init_cfg: initCfgSchema,
}

const schema = v.strictObject({
  ...maeDecoderEntries,
  /** Values predicted for each patch; default its pixels. */
  predict_feature_dim: v.nullish(count),
})

interface MAEPretrainDecoderConfig extends ConfigOf<'MAEPretrainDecoder', typeof schema> {}

declare module '@tessera/core' {
  interface ModelTypes {
    MAEPretrainDecoder: MAEPretrainDecoderConfig
  }
}

type Options = v.InferOutput<typeof schema>

/** The parts that MAE's decoder and its kin have in common, under MMPreTrain's names. */
export abstract class MaskedDecoder extends Module {
  protected readonly maskToken: Parameter
  protected readonly positions: Parameter
  private readonly decoderEmbed: Linear
  private readonly blocks: ModuleList<TransformerEncoderLayer>
  private readonly decoderNorm: NormLayer
  private readonly decoderPred: Linear

  /** @param extra tokens with a position besides the patches; @param outputs values predicted for each token */
  constructor(
    private readonly options: Omit<Options, 'predict_feature_dim'>,
    private readonly extra: 0 | 1,
    outputs: number,
    builder: Builder,
  ) {
    super()
    const { decoder_embed_dim: dims, norm_cfg: normCfg = { type: 'LN', eps: 1e-6 } } = options
    this.initRules = buildInitRules(options.init_cfg, builder)
    this.maskToken = this.registerParameter('mask_token', new Parameter([1, 1, dims]))
    this.positions = this.registerParameter('decoder_pos_embed', new Parameter([1, options.num_patches + extra, dims]))
    this.positions.requiresGrad = false
    this.decoderEmbed = this.registerModule('decoder_embed', new Linear(options.embed_dim, dims))
    const layer = {
      embed_dims: dims,
      num_heads: options.decoder_num_heads,
      feedforward_channels: Math.trunc(options.mlp_ratio * dims),
      norm_cfg: normCfg,
    }
    const blocks = Array.from({ length: options.decoder_depth }, () => new TransformerEncoderLayer(layer, builder))
    this.blocks = this.registerModule('decoder_blocks', new ModuleList(blocks))
    const norm = buildNorm(builder, normCfg, dims)
    this.decoderNorm = this.registerModule(normName(norm, 1), norm)
    this.decoderPred = this.registerModule('decoder_pred', new Linear(dims, outputs))
  }

  protected embed(latent: tf.Tensor): tf.Tensor3D {
    return this.decoderEmbed.call(latent) as tf.Tensor3D
  }

  /** Tokens in their places → what is predicted for each. */
  protected decode(tokens: tf.Tensor): tf.Tensor3D {
    let x = tf.add(tokens, this.positions.variable) as tf.Tensor3D
    for (const block of this.blocks) x = block.call(x)
    return this.decoderPred.call(this.decoderNorm.call(x)) as tf.Tensor3D
  }

  protected override adjustInit(): void {
    const { num_patches: patches, decoder_embed_dim: dims } = this.options
    const side = Math.floor(Math.sqrt(patches))
    this.positions.init = sincosInit([side, side], dims, this.extra === 1)
    this.maskToken.init = normal(0, 0.02)
  }
}

/** MAE's light decoder: a learnt token stands for each hidden patch (He et al. 2021, arXiv 2111.06377). */
@MODELS.registerModule()
export class MAEPretrainDecoder extends MaskedDecoder {
  static readonly schema = schema

  constructor(options: Options, @inject(BUILDER) builder: Builder) {
    super(options, 1, options.predict_feature_dim ?? options.patch_size ** 2 * options.in_chans, builder)
  }

  /**
   * @param latent class token and the patches that stayed, [batch, 1 + kept, dims]
   * @param idsRestore each patch's place in the random order, [batch, patches] int32
   * @returns [batch, patches, values]
   */
  override forward(latent: tf.Tensor3D, idsRestore: tf.Tensor2D): tf.Tensor3D {
    const x = this.embed(latent)
    const [batch, tokens, dims] = x.shape
    const kept = tokens - 1
    const seen = tf.matMul(picksOf(idsRestore, kept), tf.slice(x, [0, 1, 0], [batch, kept, dims]), true, false)
    const hidden = tf.mul(tf.expandDims(maskOf(idsRestore, kept), 2), this.maskToken.variable)
    const decoded = this.decode(tf.concat([tf.slice(x, [0, 0, 0], [batch, 1, dims]), tf.add(seen, hidden)], 1))
    return tf.slice(decoded, [0, 1, 0], [batch, decoded.shape[1] - 1, decoded.shape[2]])
  }
}
