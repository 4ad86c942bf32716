import { TesseraError } from '@tessera/core'
import { AvgPool2d, buildNorm, Conv2d, ModuleList, type NormLayer } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { type BlockOptions, ResidualBlock } from './residualBlock.js'

export interface ScaleOptions {
  /** Parts that the channels are cut into; each but the last has a 3×3 of its own. */
  readonly scales: number
  /** Width of a part where a plain block has `baseChannels`. */
  readonly baseWidth: number
  readonly baseChannels: number
  /** The first block of a stage: parts are convolved one by one, and the last is pooled. */
  readonly isFirst: boolean
}

/** A bottleneck whose 3×3s feed one another, part by part (Gao et al. 2019, arXiv 1904.01169). The reference drops no such block. */
export class Bottle2neck extends ResidualBlock {
  private readonly conv1: Conv2d
  private readonly norm1: NormLayer
  private readonly conv3: Conv2d
  private readonly pool: AvgPool2d | undefined
  private readonly convs: ModuleList<Conv2d>
  private readonly bns: ModuleList<NormLayer>
  protected readonly lastNorm: NormLayer

  constructor(
    options: BlockOptions,
    private readonly scale: ScaleOptions,
  ) {
    super(options)
    const { inChannels, outChannels, stride, dilation, style, normCfg, builder } = options
    if (scale.scales < 2)
      throw new TesseraError('INVALID_OPTIONS', { what: 'Res2Net with one scale is a ResNet', got: scale.scales, expected: 'scales ≥ 2' })
    const width = Math.floor(Math.floor(outChannels / 4) * (scale.baseWidth / scale.baseChannels))
    const [first, second] = style === 'pytorch' ? [1, stride] : [stride, 1]
    this.conv1 = this.addConv('conv1', inChannels, width * scale.scales, 1, { stride: first })
    this.norm1 = this.addNorm(1, width * scale.scales)
    this.conv3 = this.addConv('conv3', width * scale.scales, outChannels, 1)
    this.lastNorm = this.addNorm(3, outChannels)
    this.registerShortcut(false)
    if (scale.isFirst) this.pool = this.registerModule('pool', new AvgPool2d({ kernelSize: 3, stride: second, padding: 1 }))
    const parts = Array.from({ length: scale.scales - 1 })
    const convOptions = { stride: second, padding: dilation, dilation, bias: false }
    this.convs = this.registerModule('convs', new ModuleList(parts.map(() => new Conv2d(width, width, 3, convOptions))))
    this.bns = this.registerModule('bns', new ModuleList(parts.map(() => buildNorm(builder, normCfg, width))))
  }

  protected override branch(input: tf.Tensor): tf.Tensor {
    const parts = tf.split(this.relu.call(this.norm1.call(this.conv1.call(input))), this.scale.scales, 3)
    const norms = [...this.bns]
    const outputs: tf.Tensor[] = []
    for (const [i, conv] of [...this.convs].entries()) {
      const part = parts[i] as tf.Tensor
      const before = outputs[i - 1]
      const fed = before === undefined || this.scale.isFirst ? part : tf.add(before, part)
      outputs.push(this.relu.call((norms[i] as NormLayer).call(conv.call(fed))))
    }
    const last = parts.at(-1) as tf.Tensor
    const joined = tf.concat([...outputs, this.pool === undefined ? last : this.pool.call(last)], 3)
    return this.lastNorm.call(this.conv3.call(joined))
  }
}
