import type { Builder } from '@tessera/core'
import { buildActivation, buildNorm, FFN, Module, type NormLayer, type PatchGrid } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { ShiftWindowAttention } from '../swin/shiftWindowAttention.js'
import type { SwinBlockV2Cfg } from './options.js'
import { WindowAttentionV2 } from './windowAttentionV2.js'

export interface SwinBlockV2Options {
  readonly embedDims: number
  readonly numHeads: number
  readonly windowSize: number
  /** Whether this block's windows are shifted by half a window. */
  readonly shift: boolean
  /** A norm of the block's output. */
  readonly extraNorm: boolean
  readonly dropPath: number
  readonly padSmallMap: boolean
  readonly pretrainedWindowSize: number
  /** What the config says about this block. */
  readonly own: SwinBlockV2Cfg
}

/** x + norm(attention in windows(x)), then x + norm(ffn(x)) (Liu et al. 2021, arXiv 2111.09883). */
export class SwinBlockV2 extends Module {
  private readonly attn: ShiftWindowAttention
  private readonly norm1: NormLayer
  private readonly ffn: FFN
  private readonly norm2: NormLayer
  private readonly norm3: NormLayer | undefined

  constructor(options: SwinBlockV2Options, builder: Builder) {
    super()
    const { embedDims, numHeads, own } = options
    const { attn_cfgs: attn = {}, ffn_cfgs: ffn = {} } = own
    const windowSize = own.window_size ?? options.windowSize
    const dropPath = own.drop_path ?? options.dropPath
    const norm = () => buildNorm(builder, own.norm_cfg ?? { type: 'LN' }, embedDims)
    const windows = new WindowAttentionV2({
      embedDims,
      numHeads,
      windowSize,
      qkvBias: attn.qkv_bias,
      attnDrop: attn.attn_drop,
      projDrop: attn.proj_drop,
      cpbHidden: attn.cpb_mlp_hidden_dims,
      pretrainedWindowSize: own.pretrained_window_size ?? options.pretrainedWindowSize,
    })
    const shifting = {
      windowSize,
      shiftSize: options.shift ? Math.floor(windowSize / 2) : 0,
      padSmallMap: own.pad_small_map ?? options.padSmallMap,
      dropPath,
    }
    this.attn = this.registerModule('attn', new ShiftWindowAttention(shifting, windows))
    this.norm1 = this.registerModule('norm1', norm())
    const feedforward = new FFN({
      embedDims,
      feedforwardChannels: ffn.feedforward_channels ?? Math.trunc(embedDims * (own.ffn_ratio ?? 4)),
      activation: () => buildActivation(builder, ffn.act_cfg ?? { type: 'GELU' }),
      numFcs: ffn.num_fcs ?? 2,
      dropRate: ffn.ffn_drop ?? 0,
      dropPath,
    })
    this.ffn = this.registerModule('ffn', feedforward)
    this.norm2 = this.registerModule('norm2', norm())
    if (own.extra_norm ?? options.extraNorm) this.norm3 = this.registerModule('norm3', norm())
  }

  override forward(x: tf.Tensor, grid: PatchGrid): tf.Tensor {
    const attended = tf.add(x, this.norm1.call(this.attn.call(x, grid)))
    const output = tf.add(attended, this.norm2.call(this.ffn.call(attended)))
    return this.norm3 === undefined ? output : this.norm3.call(output)
  }
}
