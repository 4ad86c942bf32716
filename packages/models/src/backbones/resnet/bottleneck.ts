import { TesseraError } from '@tessera/core'
import type { Conv2d, NormLayer } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { type BlockOptions, ResidualBlock } from './residualBlock.js'

/** How ResNeXt widens the 3×3: `groups` groups of `widthPerGroup` channels where a plain block has `baseChannels`. */
export interface GroupOptions {
  readonly groups: number
  readonly widthPerGroup: number
  readonly baseChannels: number
}

/** Width inside a block of these groups; without groups it stays. */
export function groupedWidth(width: number, options: GroupOptions | undefined): number {
  if (options === undefined || options.groups === 1) return width
  const { groups, widthPerGroup, baseChannels } = options
  if (width % baseChannels !== 0) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'the block cannot be widened evenly',
      got: `width ${width}, base_channels ${baseChannels}`,
      expected: 'a width divisible by base_channels',
    })
  }
  return (groups * widthPerGroup * width) / baseChannels
}

/** 1×1, 3×3, 1×1: the block of ResNet-50 and deeper, with groups that of ResNeXt (Xie et al. 2016, arXiv 1611.05431). */
export class Bottleneck extends ResidualBlock {
  private readonly conv1: Conv2d
  private readonly norm1: NormLayer
  private readonly conv2: Conv2d
  private readonly norm2: NormLayer
  private readonly conv3: Conv2d
  protected readonly lastNorm: NormLayer

  constructor(options: BlockOptions, groupOptions?: GroupOptions, droppable = true) {
    super(options)
    const { inChannels, outChannels, stride, dilation, style } = options
    const width = groupedWidth(Math.floor(outChannels / options.expansion), groupOptions)
    const [first, second] = style === 'pytorch' ? [1, stride] : [stride, 1]
    this.conv1 = this.addConv('conv1', inChannels, width, 1, { stride: first })
    this.norm1 = this.addNorm(1, width)
    this.conv2 = this.addConv('conv2', width, width, 3, { stride: second, padding: dilation, dilation, groups: groupOptions?.groups ?? 1 })
    this.norm2 = this.addNorm(2, width)
    this.conv3 = this.addConv('conv3', width, outChannels, 1)
    this.lastNorm = this.addNorm(3, outChannels)
    this.registerShortcut(droppable)
  }

  protected override branch(input: tf.Tensor): tf.Tensor {
    const narrow = this.relu.call(this.norm1.call(this.conv1.call(input)))
    return this.lastNorm.call(this.conv3.call(this.relu.call(this.norm2.call(this.conv2.call(narrow)))))
  }
}
