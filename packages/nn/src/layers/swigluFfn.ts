import { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'
import { Dropout } from './dropout.js'
import { LayerScale } from './layerScale.js'
import { Linear } from './linear.js'
import type { NormLayer } from './normLayer.js'

export interface SwiGLUFFNOptions {
  readonly embedDims: number
  /** Width of gate and value. */
  readonly hiddenChannels: number
  /** Of the gated value. Default none. */
  readonly norm?: NormLayer | undefined
  /** Dropout of the output. Default 0. */
  readonly dropRate?: number
  /** Above 0, a LayerScale `gamma2` that starts at this value. Default 0: none. */
  readonly layerScaleInitValue?: number
}

/** Feed-forward with a gated SiLU (Shazeer 2020, arXiv 2002.05202): `w12` holds gate and value, then `norm` by choice, `w3`. */
export class SwiGLUFFN extends Module {
  private readonly w12: Linear
  private readonly norm: NormLayer | undefined
  private readonly w3: Linear
  private readonly gamma2: LayerScale | undefined
  private readonly drop: Dropout

  constructor(options: SwiGLUFFNOptions) {
    super()
    const { embedDims, hiddenChannels, layerScaleInitValue = 0 } = options
    this.w12 = this.registerModule('w12', new Linear(embedDims, 2 * hiddenChannels))
    if (options.norm !== undefined) this.norm = this.registerModule('norm', options.norm)
    this.w3 = this.registerModule('w3', new Linear(hiddenChannels, embedDims))
    if (layerScaleInitValue > 0) this.gamma2 = this.registerModule('gamma2', new LayerScale(embedDims, layerScaleInitValue))
    this.drop = this.registerModule('dropout_layer', new Dropout(options.dropRate ?? 0))
  }

  /** @param identity what the output is added to; undefined: nothing */
  override forward(input: tf.Tensor, identity?: tf.Tensor): tf.Tensor {
    const [gate, value] = tf.split(this.w12.call(input), 2, -1) as [tf.Tensor, tf.Tensor]
    const gated = tf.mul(tf.mul(gate, tf.sigmoid(gate)), value)
    const output = this.w3.call(this.norm === undefined ? gated : this.norm.call(gated))
    const branch = this.drop.call(this.gamma2 === undefined ? output : this.gamma2.call(output))
    return identity === undefined ? branch : tf.add(identity, branch)
  }
}

export interface SwiGLUFFNFusedOptions {
  readonly embedDims: number
  /** Before the two thirds that keep the parameter count of a plain feed-forward layer. */
  readonly feedforwardChannels: number
  readonly layerScaleInitValue?: number
}

/** Sized as DINOv2's fused one: the hidden width is 2/3 of `feedforwardChannels`, rounded up to a multiple of 8. */
export class SwiGLUFFNFused extends SwiGLUFFN {
  constructor({ embedDims, feedforwardChannels, layerScaleInitValue = 0 }: SwiGLUFFNFusedOptions) {
    const hiddenChannels = Math.floor((Math.floor((feedforwardChannels * 2) / 3) + 7) / 8) * 8
    super({ embedDims, hiddenChannels, layerScaleInitValue })
  }
}
