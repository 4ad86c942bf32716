import type { Builder } from '@tessera/core'
import { buildActivation, buildNorm, FFN, Module, type NormLayer, type PatchGrid } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import type { SwinBlockCfg } from './options.js'
import { ShiftWindowAttention } from './shiftWindowAttention.js'
import { WindowAttention } from './windowAttention.js'

export interface SwinBlockOptions {
  readonly embedDims: number
  readonly numHeads: number
  readonly windowSize: number
  /** Whether this block's windows are shifted by half a window. */
  readonly shift: boolean
  readonly dropPath: number
  readonly padSmallMap: boolean
  /** What the config says about this block. */
  readonly own: SwinBlockCfg
}

/** x + attention in windows(norm(x)), then x + ffn(norm(x)) (Liu et al. 2021, arXiv 2103.14030). */
export class SwinBlock extends Module {
  private readonly norm1: NormLayer
  private readonly attn: ShiftWindowAttention
  private readonly norm2: NormLayer
  private readonly ffn: FFN

  constructor(options: SwinBlockOptions, builder: Builder) {
    super()
    const { embedDims, numHeads, own } = options
    const { attn_cfgs: attn = {}, ffn_cfgs: ffn = {} } = own
    const windowSize = own.window_size ?? options.windowSize
    const dropPath = own.drop_path ?? options.dropPath
    const normCfg = own.norm_cfg ?? { type: 'LN' }
    this.norm1 = this.registerModule('norm1', buildNorm(builder, normCfg, embedDims))
    const windows = new WindowAttention({
      embedDims,
      numHeads,
      windowSize: [windowSize, windowSize],
      qkvBias: attn.qkv_bias,
      qkScale: attn.qk_scale,
      attnDrop: attn.attn_drop,
      projDrop: attn.proj_drop,
    })
    const shifting = {
      windowSize,
      shiftSize: options.shift ? Math.floor(windowSize / 2) : 0,
      padSmallMap: own.pad_small_map ?? options.padSmallMap,
      dropPath,
    }
    this.attn = this.registerModule('attn', new ShiftWindowAttention(shifting, windows))
    this.norm2 = this.registerModule('norm2', buildNorm(builder, normCfg, embedDims))
    const feedforward = new FFN({
      embedDims,
      feedforwardChannels: ffn.feedforward_channels ?? Math.trunc(embedDims * (own.ffn_ratio ?? 4)),
      activation: () => buildActivation(builder, ffn.act_cfg ?? { type: 'GELU' }),
      numFcs: ffn.num_fcs ?? 2,
      dropRate: ffn.ffn_drop ?? 0,
      dropPath,
    })
    this.ffn = this.registerModule('ffn', feedforward)
  }

  override forward(x: tf.Tensor, grid: PatchGrid): tf.Tensor {
    const attended = tf.add(x, this.attn.call(this.norm1.call(x), grid))
    return this.ffn.call(this.norm2.call(attended), attended)
  }
}
