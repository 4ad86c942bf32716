import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import { buildActivation, buildNorm, FFN, Linear, Module, MultiheadAttention, type NormLayer, normal, xavier } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, rate } from '../backboneOptions.js'
import type { TokenContext } from '../visionTransformer/tokenContext.js'

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
export const deit3LayerCfgSchema = v.strictObject({
  num_heads: v.optional(count),
  feedforward_channels: v.optional(count),
  use_layer_scale: v.optional(v.boolean()),
  drop_rate: v.optional(rate),
  attn_drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  num_fcs: v.optional(count),
  qkv_bias: v.optional(v.boolean()),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

export interface Deit3BlockOptions {
  readonly embed_dims: number
  readonly num_heads: number
  readonly feedforward_channels: number
  readonly use_layer_scale: boolean
  readonly second_norm: 'ln1' | 'ln2'
  readonly drop_rate: number
  readonly drop_path_rate: number
  readonly qkv_bias: boolean
  readonly norm_cfg: object
  readonly attn_drop_rate?: number | undefined
  readonly num_fcs?: number | undefined
  readonly act_cfg?: object | undefined
}

/** Where DeiT III's layer scale starts. */
const LAYER_SCALE = 1e-5

/** A ViT block with layer scale (Touvron et al. 2022, arXiv 2204.07118). MMPreTrain's norms twice with `ln1`, and has `ln2` idle. */
export class Deit3Block extends Module {
  private readonly ln1: NormLayer
  private readonly attn: MultiheadAttention
  private readonly ln2: NormLayer
  private readonly ffn: FFN

  constructor(
    private readonly options: Deit3BlockOptions,
    builder: Builder,
  ) {
    super()
    const { embed_dims: embedDims, norm_cfg: normCfg, drop_path_rate: dropPath } = options
    const layerScaleInitValue = options.use_layer_scale ? LAYER_SCALE : 0
    this.ln1 = this.registerModule('ln1', buildNorm(builder, normCfg, embedDims))
    const attention = new MultiheadAttention({
      embedDims,
      numHeads: options.num_heads,
      attnDrop: options.attn_drop_rate ?? 0,
      projDrop: options.drop_rate,
      dropPath,
      qkvBias: options.qkv_bias,
      layerScaleInitValue,
    })
    this.attn = this.registerModule('attn', attention)
    this.ln2 = this.registerModule('ln2', buildNorm(builder, normCfg, embedDims))
    const feedforward = new FFN({
      embedDims,
      feedforwardChannels: options.feedforward_channels,
      activation: () => buildActivation(builder, options.act_cfg ?? { type: 'GELU' }),
      numFcs: options.num_fcs ?? 2,
      dropRate: options.drop_rate,
      dropPath,
      layerScaleInitValue,
    })
    this.ffn = this.registerModule('ffn', feedforward)
  }

  override forward(input: tf.Tensor3D, { queries }: Pick<TokenContext, 'queries'>): tf.Tensor3D {
    const [batch, , dims] = input.shape
    const kept = queries === undefined ? input : tf.slice(input, [0, 0, 0], [batch, queries, dims])
    const attended = tf.add(kept, this.attn.call(this.ln1.call(input), queries))
    const norm = this.options.second_norm === 'ln1' ? this.ln1 : this.ln2
    return this.ffn.call(norm.call(attended), attended) as tf.Tensor3D
  }

  protected override adjustInit(): void {
    for (const [, module] of this.ffn.namedModules()) {
      if (!(module instanceof Linear)) continue
      module.weight.init = xavier(1, 'uniform')
      if (module.bias !== undefined) module.bias.init = normal(0, 1e-6)
    }
  }
}
