import type { Builder } from '@tessera/core'
import { ConvModule, Sequential, TensorModule } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface LinearBottleneckOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly stride: number
  /** How much wider it is inside. */
  readonly expansion: number
  readonly normCfg: object
  readonly actCfg: object
}

/** Widen, convolve each channel for itself, narrow: `conv.0`, `conv.1`, `conv.2` (Sandler et al. 2018, arXiv 1801.04381). */
export class LinearBottleneck extends TensorModule {
  private readonly conv: Sequential
  private readonly hasShortcut: boolean

  constructor({ inChannels, outChannels, stride, expansion, normCfg, actCfg }: LinearBottleneckOptions, builder: Builder) {
    super()
    this.hasShortcut = stride === 1 && inChannels === outChannels
    const hidden = Math.round(inChannels * expansion)
    const conv = (from: number, to: number, kernelSize: number, more: object = {}) =>
      new ConvModule({ inChannels: from, outChannels: to, kernelSize, normCfg, actCfg, ...more }, builder)
    const widening = expansion === 1 ? [] : [conv(inChannels, hidden, 1)]
    const depthwise = conv(hidden, hidden, 3, { stride, padding: 1, groups: hidden })
    this.conv = this.registerModule('conv', new Sequential([...widening, depthwise, conv(hidden, outChannels, 1, { actCfg: null })]))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const output = this.conv.call(input)
    return this.hasShortcut ? tf.add(input, output) : output
  }
}
