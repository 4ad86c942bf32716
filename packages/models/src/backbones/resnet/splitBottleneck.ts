import { AvgPool2d, type Conv2d, type NormLayer } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { type GroupOptions, groupedWidth } from './bottleneck.js'
import { type BlockOptions, ResidualBlock } from './residualBlock.js'
import { SplitAttentionConv2d } from './splitAttention.js'

export interface SplitOptions {
  readonly groups: GroupOptions
  readonly radix: number
  readonly reductionFactor: number
  /** Stride by pooling behind the 3×3 instead of in it. */
  readonly avgDownStride: boolean
}

/** ResNeSt's block: a bottleneck whose 3×3 has split attention (Zhang et al. 2020, arXiv 2004.08955). The reference drops no such block. */
export class SplitBottleneck extends ResidualBlock {
  private readonly conv1: Conv2d
  private readonly norm1: NormLayer
  private readonly conv2: SplitAttentionConv2d
  private readonly conv3: Conv2d
  private readonly avdLayer: AvgPool2d | undefined
  protected readonly lastNorm: NormLayer

  constructor(options: BlockOptions, { groups, radix, reductionFactor, avgDownStride }: SplitOptions) {
    super(options)
    const { inChannels, outChannels, stride, dilation, style, normCfg } = options
    const width = groupedWidth(Math.floor(outChannels / options.expansion), groups)
    const [first, second] = style === 'pytorch' ? [1, stride] : [stride, 1]
    const pools = avgDownStride && second > 1
    const split = { channels: width, stride: pools ? 1 : second, dilation, groups: groups.groups, radix, reductionFactor, normCfg }
    this.conv1 = this.addConv('conv1', inChannels, width, 1, { stride: first })
    this.norm1 = this.addNorm(1, width)
    this.conv2 = this.registerModule('conv2', new SplitAttentionConv2d(split, options.builder))
    this.conv3 = this.addConv('conv3', width, outChannels, 1)
    this.lastNorm = this.addNorm(3, outChannels)
    this.registerShortcut(false)
    if (pools) this.avdLayer = this.registerModule('avd_layer', new AvgPool2d({ kernelSize: 3, stride: second, padding: 1 }))
  }

  protected override branch(input: tf.Tensor): tf.Tensor {
    const split = this.conv2.call(this.relu.call(this.norm1.call(this.conv1.call(input))))
    const small = this.avdLayer === undefined ? split : this.avdLayer.call(split)
    return this.lastNorm.call(this.conv3.call(small))
  }
}
