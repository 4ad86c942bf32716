import type { Builder } from '@tessera/core'
import { buildActivation, buildNorm, constant, DropPath, FFN, Linear, Module, type NormLayer, normal, Parameter, xavier } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type { TokenContext } from '../visionTransformer/tokenContext.js'
import { BeitAttention } from './beitAttention.js'

export interface BeitBlockOptions {
  readonly embed_dims: number
  readonly num_heads: number
  readonly feedforward_channels: number
  readonly layer_scale_init_value: number
  readonly use_rel_pos_bias: boolean
  readonly window: readonly [number, number]
  readonly bias: boolean | 'qv_bias'
  readonly norm_cfg: object
  readonly drop_rate: number
  readonly drop_path_rate: number
  readonly attn_drop_rate?: number | undefined
  readonly num_fcs?: number | undefined
  readonly act_cfg?: object | undefined
}

/**
 * BEiT's block (arXiv 2106.08254), layer scale as bare vectors `gamma_1` and `gamma_2`. The options' dropout and stochastic depth count once
 * each; MMPreTrain loses the attention's dropout, and drops the feed-forward path twice.
 */
export class BeitBlock extends Module {
  private readonly gamma1: Parameter | undefined
  private readonly gamma2: Parameter | undefined
  private readonly ln1: NormLayer
  private readonly attn: BeitAttention
  private readonly ln2: NormLayer
  private readonly ffn: FFN
  private readonly dropPath: DropPath

  constructor(options: BeitBlockOptions, builder: Builder) {
    super()
    const { embed_dims: embedDims, layer_scale_init_value: scale, norm_cfg: normCfg, drop_rate: dropRate } = options
    if (scale > 0) {
      this.gamma1 = this.registerParameter('gamma_1', new Parameter([embedDims], { init: constant(scale) }))
      this.gamma2 = this.registerParameter('gamma_2', new Parameter([embedDims], { init: constant(scale) }))
    }
    this.ln1 = this.registerModule('ln1', buildNorm(builder, normCfg, embedDims))
    const attention = new BeitAttention({
      embedDims,
      numHeads: options.num_heads,
      bias: options.bias,
      window: options.use_rel_pos_bias ? options.window : undefined,
      attnDrop: options.attn_drop_rate ?? 0,
      projDrop: dropRate,
    })
    this.attn = this.registerModule('attn', attention)
    this.ln2 = this.registerModule('ln2', buildNorm(builder, normCfg, embedDims))
    const feedforward = new FFN({
      embedDims,
      feedforwardChannels: options.feedforward_channels,
      activation: () => buildActivation(builder, options.act_cfg ?? { type: 'GELU' }),
      numFcs: options.num_fcs ?? 2,
      dropRate,
    })
    this.ffn = this.registerModule('ffn', feedforward)
    this.dropPath = this.registerModule('drop_path', new DropPath(options.drop_path_rate))
  }

  override forward(x: tf.Tensor3D, { bias }: Pick<TokenContext, 'bias'>): tf.Tensor3D {
    const attended = this.residual(x, this.attn.call(this.ln1.call(x), bias), this.gamma1)
    // Layer scale comes between the feed-forward layer and its shortcut.
    return this.residual(attended, this.ffn.call(this.ln2.call(attended)), this.gamma2) as tf.Tensor3D
  }

  protected override adjustInit(): void {
    for (const [, module] of this.ffn.namedModules()) {
      if (!(module instanceof Linear)) continue
      module.weight.init = xavier(1, 'uniform')
      if (module.bias !== undefined) module.bias.init = normal(0, 1e-6)
    }
  }

  private residual(x: tf.Tensor, branch: tf.Tensor, gamma: Parameter | undefined): tf.Tensor {
    return tf.add(x, this.dropPath.call(gamma === undefined ? branch : tf.mul(branch, gamma.variable)))
  }
}
