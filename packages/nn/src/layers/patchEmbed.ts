import { TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import { Module } from '../module/module.js'
import { Conv2d, type Conv2dOptions, type Pair } from './conv2d.js'

export interface PatchEmbedOptions extends Conv2dOptions {
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

  constructor(options: PatchEmbedOptions) {
    super()
    this.projection = this.registerModule('projection', new Conv2d(options.inChannels, options.embedDims, options.kernelSize, options))
    const { kernelSize, stride, padding, dilation } = this.projection
    const outSize = (axis: 0 | 1) =>
      Math.floor((options.inputSize[axis] + 2 * padding[axis] - dilation[axis] * (kernelSize[axis] - 1) - 1) / stride[axis]) + 1
    this.initOutSize = [outSize(0), outSize(1)]
    if (this.initOutSize[0] < 1 || this.initOutSize[1] < 1) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'the image is smaller than one patch',
        got: `img_size ${options.inputSize.join('×')}`,
        expected: `at least ${kernelSize.join('×')}`,
      })
    }
  }

  /** @returns tokens [batch, rows · columns, embedDims] and the grid they come from */
  override forward(images: tf.Tensor): { tokens: tf.Tensor3D; grid: PatchGrid } {
    const embedded = this.projection.call(images)
    const [batch = 0, rows = 0, columns = 0, channels = 0] = embedded.shape
    return { tokens: tf.reshape(embedded, [batch, rows * columns, channels]), grid: [rows, columns] }
  }
}
