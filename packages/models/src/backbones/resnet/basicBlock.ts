import { TesseraError } from '@tessera/core'
import type { Conv2d, NormLayer } from '@tessera/nn'
import type { tf } from '@tessera/runtime'
import { type BlockOptions, ResidualBlock } from './residualBlock.js'

/** Two 3×3 convolutions: the block of ResNet-18 and -34. */
export class BasicBlock extends ResidualBlock {
  private readonly conv1: Conv2d
  private readonly norm1: NormLayer
  private readonly conv2: Conv2d
  protected readonly lastNorm: NormLayer

  constructor(options: BlockOptions) {
    super(options)
    const { inChannels, outChannels, stride, dilation, expansion } = options
    if (expansion !== 1)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'a basic block does not expand its channels',
        got: expansion,
        expected: 'expansion 1',
      })
    this.conv1 = this.addConv('conv1', inChannels, outChannels, 3, { stride, padding: dilation, dilation })
    this.norm1 = this.addNorm(1, outChannels)
    this.conv2 = this.addConv('conv2', outChannels, outChannels, 3, { padding: 1 })
    this.lastNorm = this.addNorm(2, outChannels)
    this.registerShortcut(true)
  }

  protected override branch(input: tf.Tensor): tf.Tensor {
    return this.lastNorm.call(this.conv2.call(this.relu.call(this.norm1.call(this.conv1.call(input)))))
  }
}
