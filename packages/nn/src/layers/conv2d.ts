import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { fanIn } from '../init/fan.js'
import { defaultBias, defaultWeight } from '../init/initializers.js'
import { TensorModule } from '../module/module.js'
import { Parameter } from '../module/parameter.js'
import { convolution } from '../ops/convolution.js'
import { dilateKernel } from '../ops/dilateKernel.js'
import { patchProduct } from '../ops/patchProduct.js'
import { adaptivePads, reachOf } from './adaptivePadding.js'

/** One number for both axes, or [height, width]. */
export type Pair = number | readonly [number, number]

export interface Conv2dOptions {
  /** Default 1. */
  readonly stride?: Pair
  /** Zeros on every side, or (`same`) as many as it takes for windows to cover the image (mmcv's Conv2dAdaptivePadding). Default 0. */
  readonly padding?: Pair | 'same'
  /** Default 1. */
  readonly dilation?: Pair
  /** Channels in so many parts, each convolved for itself; `inChannels`: depthwise. Default 1. */
  readonly groups?: number
  /** Default true. */
  readonly bias?: boolean
}

/** Convolution of [batch, height, width, channels]; `weight` [out, in / groups, h, w] in the file. Output sizes round down, as PyTorch's. */
export class Conv2d extends TensorModule {
  readonly weight: Parameter
  readonly bias: Parameter | undefined
  readonly groups: number
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number]
  private readonly adaptive: boolean
  readonly dilation: readonly [number, number]
  readonly kernelSize: readonly [number, number]

  constructor(
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Pair,
    options: Conv2dOptions = {},
  ) {
    super()
    this.kernelSize = toPair(kernelSize)
    this.stride = toPair(options.stride ?? 1)
    this.adaptive = options.padding === 'same'
    this.padding = options.padding === 'same' ? [0, 0] : toPair(options.padding ?? 0)
    this.dilation = toPair(options.dilation ?? 1)
    this.groups = options.groups ?? 1
    if (inChannels % this.groups !== 0 || outChannels % this.groups !== 0) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'a convolution cannot share out its channels among its groups',
        got: `groups ${this.groups} with ${inChannels} → ${outChannels} channels`,
        expected: 'both divisible by groups',
      })
    }
    const shape = [outChannels, inChannels / this.groups, ...this.kernelSize]
    this.weight = this.registerParameter('weight', new Parameter(shape, { layout: 'conv2d', init: defaultWeight }))
    if (options.bias !== false)
      this.bias = this.registerParameter('bias', new Parameter([outChannels], { init: defaultBias(fanIn(shape)) }))
  }

  override forward(input: tf.Tensor): tf.Tensor {
    const channels = input.shape[3]
    if (input.rank !== 4 || channels !== this.inChannels) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'a convolution takes [batch, height, width, channels]',
        path: this.path,
        got: input.shape,
        expected: `${this.inChannels} channels`,
      })
    }
    const output = this.convolve(input as tf.Tensor4D)
    return this.bias === undefined ? output : tf.add(output, this.bias.variable)
  }

  private convolve(input: tf.Tensor4D): tf.Tensor {
    const padded = this.adaptive ? this.padAdaptively(input) : input
    if (this.tiles) return patchProduct(padded, this.weight.variable as tf.Variable<tf.Rank.R4>)
    const kernel = dilateKernel(this.weight.variable as tf.Variable<tf.Rank.R4>, this.dilation)
    return convolution(padded, kernel, { strides: this.stride, padding: this.padding, groups: this.groups })
  }

  private padAdaptively(input: tf.Tensor4D): tf.Tensor4D {
    const pads = ([0, 1] as const).map((axis) => {
      const reach = reachOf(this.kernelSize[axis], this.dilation[axis])
      return adaptivePads(input.shape[axis + 1] ?? 0, reach, this.stride[axis], 'same')
    }) as [[number, number], [number, number]]
    return pads.flat().some((count) => count > 0) ? tf.pad(input, [[0, 0], ...pads, [0, 0]]) : input
  }

  /** Patches that neither overlap nor leave gaps: one matrix product, which every backend can also differentiate. */
  private get tiles(): boolean {
    const [height, width] = this.kernelSize
    const plain = this.groups === 1 && this.padding[0] + this.padding[1] === 0 && this.dilation[0] === 1 && this.dilation[1] === 1
    return plain && this.stride[0] === height && this.stride[1] === width
  }
}

function toPair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value
}
