import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'
import { type AdaptivePadding, adaptivePads, reachOf } from './adaptivePadding.js'
import { Conv2d, type Conv2dOptions, type Pair } from './conv2d.js'
import type { NormLayer } from './normLayer.js'

export type PatchPadding = Pair | AdaptivePadding

export interface PatchEmbedOptions extends Omit<Conv2dOptions, 'padding'> {
  /** Default `corner`. */
  readonly padding?: PatchPadding
  readonly inChannels: number
  readonly embedDims: number
  readonly kernelSize: Pair
  /** Of each patch's features. Default none. */
  readonly norm?: NormLayer | undefined
  /** Image size [height, width] that the model is made for. */
  readonly inputSize: readonly [number, number]
}

/** [rows, columns] of patches. */
export type PatchGrid = readonly [number, number]

/** Cuts an image into patches and embeds each: `projection`, a convolution, and by choice `norm`. */
export class PatchEmbed extends Module {
  readonly projection: Conv2d
  /** The grid for images of `inputSize`. */
  readonly initOutSize: PatchGrid

  private readonly adaptive: AdaptivePadding | undefined
  private readonly norm: NormLayer | undefined

  constructor(options: PatchEmbedOptions) {
    super()
    const { padding = 'corner', norm, ...rest } = options
    this.adaptive = typeof padding === 'string' ? padding : undefined
    const convolution = { ...rest, padding: typeof padding === 'string' ? 0 : padding }
    this.projection = this.registerModule('projection', new Conv2d(options.inChannels, options.embedDims, options.kernelSize, convolution))
    if (norm !== undefined) this.norm = this.registerModule('norm', norm)
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
    const tokens = tf.reshape(embedded, [batch, rows * columns, channels]) as tf.Tensor3D
    return { tokens: this.norm === undefined ? tokens : (this.norm.call(tokens) as tf.Tensor3D), grid: [rows, columns] }
  }

  private pad(images: tf.Tensor): tf.Tensor {
    const [vertical, horizontal] = [this.pads(images.shape[1] ?? 0, 0), this.pads(images.shape[2] ?? 0, 1)]
    if (vertical[1] + horizontal[1] === 0) return images
    return tf.pad(images, [[0, 0], vertical, horizontal, [0, 0]])
  }

  /** Zeros that adaptive padding adds around an axis of this size. */
  private pads(size: number, axis: 0 | 1): [number, number] {
    return this.adaptive === undefined ? [0, 0] : adaptivePads(size, this.reach(axis), this.projection.stride[axis], this.adaptive)
  }

  private outSize(size: number, axis: 0 | 1): number {
    const { padding, stride } = this.projection
    const [before, after] = this.pads(size, axis)
    return Math.floor((size + before + after + 2 * padding[axis] - this.reach(axis)) / stride[axis]) + 1
  }

  private reach(axis: 0 | 1): number {
    return reachOf(this.projection.kernelSize[axis], this.projection.dilation[axis])
  }
}
