import type { Builder } from '@tessera/core'
import { buildNorm, Conv2d, DropPath, Module, type NormLayer, zeros } from '@tessera/nn'
import { tf } from '@tessera/runtime'

export interface ConvBlockOptions {
  readonly inChannels: number
  readonly outChannels: number
  readonly stride?: 1 | 2
  /** A 1×1 and a norm in the shortcut. */
  readonly residualConv?: boolean
  readonly dropPath?: number
}

const NORM = { type: 'BN', eps: 1e-6 }

/** A bottleneck that takes features into its middle and gives them from there (Peng et al. 2021, arXiv 2105.03889). */
export class ConvBlock extends Module {
  private readonly convs: readonly Conv2d[]
  private readonly norms: readonly NormLayer[]
  private readonly shortcut: readonly [Conv2d, NormLayer] | undefined
  private readonly dropPath: DropPath

  constructor({ inChannels, outChannels, stride = 1, residualConv = false, dropPath = 0 }: ConvBlockOptions, builder: Builder) {
    super()
    const mid = Math.floor(outChannels / 4)
    const layers = [
      new Conv2d(inChannels, mid, 1, { bias: false }),
      new Conv2d(mid, mid, 3, { stride, padding: 1, bias: false }),
      new Conv2d(mid, outChannels, 1, { bias: false }),
    ].map((conv, i) => {
      this.registerModule(`conv${i + 1}`, conv)
      return [conv, this.registerModule(`bn${i + 1}`, buildNorm(builder, NORM, conv.outChannels))] as const
    })
    this.convs = layers.map(([conv]) => conv)
    this.norms = layers.map(([, norm]) => norm)
    if (residualConv) {
      const conv = this.registerModule('residual_conv', new Conv2d(inChannels, outChannels, 1, { stride, bias: false }))
      this.shortcut = [conv, this.registerModule('residual_bn', buildNorm(builder, NORM, outChannels))]
    }
    this.dropPath = this.registerModule('drop_path', new DropPath(dropPath))
  }

  /**
   * @param fusion added before the 3×3
   * @returns the output, and what the 3×3 found
   */
  override forward(input: tf.Tensor, fusion?: tf.Tensor): { output: tf.Tensor; middle: tf.Tensor } {
    const layer = (i: number, x: tf.Tensor) => this.norms[i]?.call(this.convs[i]?.call(x) ?? x) ?? x
    const narrow = tf.relu(layer(0, input))
    const middle = tf.relu(layer(1, fusion === undefined ? narrow : tf.add(narrow, fusion)))
    const identity = this.shortcut === undefined ? input : this.shortcut[1].call(this.shortcut[0].call(input))
    return { output: tf.relu(tf.add(this.dropPath.call(layer(2, middle)), identity)), middle }
  }

  protected override adjustInit(): void {
    for (const [name, parameter] of this.norms[2]?.ownNamedParameters() ?? []) if (name === 'weight') parameter.init = zeros
  }
}
