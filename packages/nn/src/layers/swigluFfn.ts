import { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'
import { LayerScale } from './layerScale.js'
import { Linear } from './linear.js'

export interface SwiGLUFFNOptions {
  readonly embedDims: number
  /** Before the two thirds that keep the parameter count of a plain feed-forward layer. */
  readonly feedforwardChannels: number
  readonly layerScaleInitValue?: number
}

/**
 * Feed-forward with a gated SiLU (Shazeer 2020, arXiv 2002.05202), sized and named as DINOv2's fused one: the hidden width is 2/3 of
 * `feedforwardChannels`, rounded up to a multiple of 8; `w12` holds gate and value.
 */
export class SwiGLUFFNFused extends Module {
  private readonly w12: Linear
  private readonly w3: Linear
  private readonly gamma2: LayerScale | undefined

  constructor(options: SwiGLUFFNOptions) {
    super()
    const { embedDims, feedforwardChannels, layerScaleInitValue = 0 } = options
    const hidden = Math.floor((Math.floor((feedforwardChannels * 2) / 3) + 7) / 8) * 8
    this.w12 = this.registerModule('w12', new Linear(embedDims, 2 * hidden))
    this.w3 = this.registerModule('w3', new Linear(hidden, embedDims))
    if (layerScaleInitValue > 0) this.gamma2 = this.registerModule('gamma2', new LayerScale(embedDims, layerScaleInitValue))
  }

  /** @param identity what the output is added to */
  override forward(input: tf.Tensor, identity: tf.Tensor): tf.Tensor {
    const [gate, value] = tf.split(this.w12.call(input), 2, -1) as [tf.Tensor, tf.Tensor]
    const output = this.w3.call(tf.mul(tf.mul(gate, tf.sigmoid(gate)), value))
    return tf.add(identity, this.gamma2 === undefined ? output : this.gamma2.call(output))
  }
}
