import type { Builder } from '@tessera/core'
import { ConvModule, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { makeDivisible } from './makeDivisible.js'

export interface SELayerOptions {
  readonly channels: number
  /** Width between the two layers. Default: `channels / ratio`, rounded to a multiple of `divisor`. */
  readonly squeezeChannels?: number | undefined
  /** What a width is rounded to. Default 8. */
  readonly divisor?: number | undefined
  /** Default 16. */
  readonly ratio?: number | undefined
  /** Between the layers, and at the end. Default ReLU and sigmoid. */
  readonly actCfg?: readonly [object, object] | undefined
}

/** Squeeze and excitation: each channel times a gate that the means of all channels decide (Hu et al. 2017, arXiv 1709.01507). */
export class SELayer extends TensorModule {
  private readonly conv1: ConvModule
  private readonly conv2: ConvModule

  constructor(options: SELayerOptions, builder: Builder) {
    super()
    const { channels, ratio = 16, actCfg = [{ type: 'ReLU' }, { type: 'Sigmoid' }] } = options
    const squeezed = options.squeezeChannels ?? makeDivisible(Math.floor(channels / ratio), options.divisor ?? 8)
    const layer = (inChannels: number, outChannels: number, act: object) =>
      new ConvModule({ inChannels, outChannels, kernelSize: 1, actCfg: act }, builder)
    this.conv1 = this.registerModule('conv1', layer(channels, squeezed, actCfg[0]))
    this.conv2 = this.registerModule('conv2', layer(squeezed, channels, actCfg[1]))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    return tf.mul(input, this.conv2.call(this.conv1.call(tf.mean(input, [1, 2], true))))
  }
}
