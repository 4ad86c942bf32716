import { type Builder, componentConfig, MODELS, type ModelTypes } from '@tessera/core'
import {
  biasedAttention,
  buildActivation,
  buildNorm,
  Dropout,
  DropPath,
  FFN,
  Linear,
  type NormLayer,
  splitHeads,
  TensorModule,
} from '@tessera/nn'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { count, rate } from '../backboneOptions.js'

/** What `layer_cfgs` may say about one block; what it leaves out comes from the backbone. */
export const t2tLayerCfgSchema = v.strictObject({
  num_heads: v.optional(count),
  feedforward_channels: v.optional(count),
  drop_rate: v.optional(rate),
  attn_drop_rate: v.optional(rate),
  drop_path_rate: v.optional(rate),
  num_fcs: v.optional(count),
  qkv_bias: v.optional(v.boolean()),
  /** What queries · keys are multiplied by; default 1/√(channels that come in, per head). Of no effect where `qk_scaling` is 'mmpretrain'. */
  qk_scale: v.nullish(v.number()),
  act_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
  norm_cfg: v.optional(componentConfig<ModelTypes>(MODELS)),
})

/**
 * What queries · keys are multiplied by. `paper`: `qk_scale`, as the authors' code, MMPreTrain's docstring and the published weights have it.
 * `mmpretrain`: √(channels per head) whatever `qk_scale` says, which is what MMPreTrain 1.x computes (it hands 1/√ to a function that divides by it).
 */
export const QK_SCALINGS = ['paper', 'mmpretrain'] as const

export interface T2TLayerOptions extends Omit<v.InferOutput<typeof t2tLayerCfgSchema>, 'norm_cfg'> {
  qk_scaling: (typeof QK_SCALINGS)[number]
  /** Width of the tokens that come in, where it is another; there is no shortcut then but of the values. */
  input_dims?: number
  embed_dims: number
  num_heads: number
  feedforward_channels: number
  norm_cfg: object
}

function queryScale({ qk_scaling, qk_scale, num_heads: heads, embed_dims: dims, input_dims: inputDims = dims }: T2TLayerOptions): number {
  // A `qk_scale` of 0 is none, as in Python.
  return qk_scaling === 'paper' ? qk_scale || Math.floor(inputDims / heads) ** -0.5 : Math.floor(dims / heads) ** 0.5
}

class Attention extends TensorModule {
  private readonly qkv: Linear
  private readonly attnDrop: Dropout
  private readonly proj: Linear
  private readonly projDrop: Dropout
  private readonly outDrop: DropPath

  constructor(private readonly options: T2TLayerOptions) {
    super()
    const { embed_dims: dims } = options
    this.qkv = this.registerModule('qkv', new Linear(options.input_dims ?? dims, 3 * dims, { bias: options.qkv_bias ?? false }))
    this.attnDrop = this.registerModule('attn_drop', new Dropout(options.attn_drop_rate ?? 0))
    this.proj = this.registerModule('proj', new Linear(dims, dims))
    this.projDrop = this.registerModule('proj_drop', new Dropout(options.drop_rate ?? 0))
    this.outDrop = this.registerModule('out_drop', new DropPath(options.drop_path_rate ?? 0))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const { num_heads: heads, input_dims: inputDims } = this.options
    const [batch = 0, tokens = 0] = input.shape
    const [q, k, values] = splitHeads(this.qkv.call(input), heads)
    const mask = this.attnDrop.mask([batch, heads, tokens, tokens])
    const attended = biasedAttention(tf.mul(q, queryScale(this.options)), k, values, { mask })
    const output = this.outDrop.call(this.projDrop.call(this.proj.call(attended)))
    // Of one head, whose values have the width that goes out.
    return inputDims === undefined ? output : tf.add(tf.reshape(values, output.shape), output)
  }
}

/** A transformer's block that may change the tokens' width (Yuan et al. 2021, arXiv 2101.11986). [batch, tokens, dims]. */
export class T2TLayer extends TensorModule {
  private readonly ln1: NormLayer
  private readonly attn: Attention
  private readonly ln2: NormLayer
  private readonly ffn: FFN

  constructor(
    private readonly options: T2TLayerOptions,
    builder: Builder,
  ) {
    super()
    const { embed_dims: embedDims, feedforward_channels: feedforwardChannels, act_cfg: actCfg = { type: 'GELU' } } = options
    this.ln1 = this.registerModule('ln1', buildNorm(builder, options.norm_cfg, options.input_dims ?? embedDims))
    this.attn = this.registerModule('attn', new Attention(options))
    this.ln2 = this.registerModule('ln2', buildNorm(builder, options.norm_cfg, embedDims))
    const rates = { dropRate: options.drop_rate ?? 0, dropPath: options.drop_path_rate ?? 0 }
    const activation = () => buildActivation(builder, actCfg)
    this.ffn = this.registerModule('ffn', new FFN({ embedDims, feedforwardChannels, activation, numFcs: options.num_fcs ?? 2, ...rates }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const attended = this.attn.call(this.ln1.call(input))
    const x = this.options.input_dims === undefined ? tf.add(input, attended) : attended
    return this.ffn.call(this.ln2.call(x), x)
  }
}
