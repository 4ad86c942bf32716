import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import {
  buildActivation,
  buildNorm,
  FFN,
  Linear,
  Module,
  MultiheadAttention,
  type NormLayer,
  normal,
  SwiGLUFFNFused,
  xavier,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, rate } from '../backboneOptions.js'
import type { TokenContext } from './tokenContext.js'

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
export const layerCfgSchema = v.strictObject({
  num_heads: v.optional(count),
  feedforward_channels: v.optional(count),
  layer_scale_init_value: v.optional(v.number()),
  drop_rate: v.optional(rate),
  attn_drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  num_fcs: v.optional(count),
  qkv_bias: v.optional(v.boolean()),
  ffn_type: v.optional(v.picklist(['origin', 'swiglu_fused'])),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

export interface EncoderLayerOptions extends Omit<v.InferOutput<typeof layerCfgSchema>, 'norm_cfg'> {
  embed_dims: number
  num_heads: number
  feedforward_channels: number
  norm_cfg: object
}

/** One block of a vision transformer: x + attn(ln1(x)), then x + ffn(ln2(x)) (arXiv 2010.11929), under MMPreTrain's names. */
export class TransformerEncoderLayer extends Module {
  private readonly ln1: NormLayer
  private readonly attn: MultiheadAttention
  private readonly ln2: NormLayer
  private readonly ffn: FFN | SwiGLUFFNFused

  constructor(options: EncoderLayerOptions, builder: Builder) {
    super()
    const { embed_dims: embedDims, feedforward_channels: feedforwardChannels, act_cfg: actCfg = { type: 'GELU' } } = options
    const layerScaleInitValue = options.layer_scale_init_value ?? 0
    const dropRate = options.drop_rate ?? 0
    const dropPath = options.drop_path_rate ?? 0
    this.ln1 = this.registerModule('ln1', buildNorm(builder, options.norm_cfg, embedDims))
    this.attn = this.registerModule(
      'attn',
      new MultiheadAttention({
        embedDims,
        numHeads: options.num_heads,
        attnDrop: options.attn_drop_rate ?? 0,
        projDrop: dropRate,
        dropPath,
        qkvBias: options.qkv_bias ?? true,
        layerScaleInitValue,
      }),
    )
    this.ln2 = this.registerModule('ln2', buildNorm(builder, options.norm_cfg, embedDims))
    const activation = () => buildActivation(builder, actCfg)
    // MMPreTrain's gated layer takes neither dropout nor stochastic depth.
    const ffn: FFN | SwiGLUFFNFused =
      options.ffn_type === 'swiglu_fused'
        ? new SwiGLUFFNFused({ embedDims, feedforwardChannels, layerScaleInitValue })
        : new FFN({ embedDims, feedforwardChannels, activation, numFcs: options.num_fcs ?? 2, dropRate, dropPath, layerScaleInitValue })
    this.ffn = this.registerModule('ffn', ffn)
  }

  override forward(input: tf.Tensor3D, { queries }: Pick<TokenContext, 'queries'> = {}): tf.Tensor3D {
    const [batch, , dims] = input.shape
    const kept = queries === undefined ? input : tf.slice(input, [0, 0, 0], [batch, queries, dims])
    const attended = tf.add(kept, this.attn.call(this.ln1.call(input), queries))
    return this.ffn.call(this.ln2.call(attended), attended) as tf.Tensor3D
  }

  protected override adjustInit(): void {
    for (const [, module] of this.ffn.namedModules()) {
      if (!(module instanceof Linear)) continue
      module.weight.init = xavier(1, 'uniform')
      if (module.bias !== undefined) module.bias.init = normal(0, 1e-6)
    }
  }
}
