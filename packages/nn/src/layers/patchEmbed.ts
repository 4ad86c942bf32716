import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'
import { Conv2d, type Conv2dOptions, type Pair } from './conv2d.js'

/** `corner` adds zeros at the bottom and right until the patches cover the image; `same` does so on both sides. */
export type PatchPadding = Pair | 'corner' | 'same'

export interface PatchEmbedOptions extends Omit<Conv2dOptions, 'padding'> {
  /** Default `corner`. */
  readonly padding?: PatchPadding
  readonly inChannels: number
  readonly embedDims: number
  readonly kernelSize: Pair
  /** Image size [height, width] that the model is made for. */
  readonly inputSize: readonly [number, number]
}

/** [rows, columns] of patches. */
export type PatchGrid = readonly [number, number]

/** Cuts an image into patches and embeds each: `projection`, a convolution. */
export class PatchEmbed extends Module {
  readonly projection: Conv2d
  /** The grid for images of `inputSize`. */
  readonly initOutSize: PatchGrid

  private readonly adaptive: 'corner' | 'same' | undefined

  constructor(options: PatchEmbedOptions) {
    super()
    const { padding = 'corner', ...rest } = options
    this.adaptive = typeof padding === 'string' ? padding : undefined
    const convolution = { ...rest, padding: typeof padding === 'string' ? 0 : padding }
    this.projection = this.registerModule('projection', new Conv2d(options.inChannels, options.embedDims, options.kernelSize, convolution))
    const [height, width] = options.inputSize
    this.initOutSize = [this.outSize(height, 0), this.outSize(width, 1)]
    if (this.initOutSize[0] < 1 || this.initOutSize[1] < 1) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'the image is smaller than one patch',
        got: `img_size ${options.inputSize.join('×')}`,
        expected: `at least ${this.projection.kernelSize.join('×')}`,
      })
    }
  }

  /** @returns tokens [batch, rows · columns, embedDims] and the grid they come from */
  override forward(images: tf.Tensor): { tokens: tf.Tensor3D; grid: PatchGrid } {
    const embedded = this.projection.call(this.pad(images))
    const [batch = 0, rows = 0, columns = 0, channels = 0] = embedded.shape
    return { tokens: tf.reshape(embedded, [batch, rows * columns, channels]), grid: [rows, columns] }
  }

  private pad(images: tf.Tensor): tf.Tensor {
    const missing = [this.missing(images.shape[1] ?? 0, 0), this.missing(images.shape[2] ?? 0, 1)] as const
    if (missing[0] + missing[1] === 0) return images
    const split = (total: number): [number, number] => {
      const before = this.adaptive === 'same' ? Math.floor(total / 2) : 0
      return [before, total - before]
    }
    return tf.pad(images, [[0, 0], split(missing[0]), split(missing[1]), [0, 0]])
  }

  /** Zeros that adaptive padding adds to an axis of this size. */
  private missing(size: number, axis: 0 | 1): number {
    if (this.adaptive === undefined) return 0
    const steps = Math.ceil(size / this.projection.stride[axis]) - 1
    return Math.max(0, steps * this.projection.stride[axis] + this.reach(axis) - size)
  }

  private outSize(size: number, axis: 0 | 1): number {
    const { padding, stride } = this.projection
    return Math.floor((size + this.missing(size, axis) + 2 * padding[axis] - this.reach(axis)) / stride[axis]) + 1
  }

  /** Pixels from the first to the last that one patch sees. */
  private reach(axis: 0 | 1): number {
    return this.projection.dilation[axis] * (this.projection.kernelSize[axis] - 1) + 1
  }
}
