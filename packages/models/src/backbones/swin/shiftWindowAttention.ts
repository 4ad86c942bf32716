import { TesseraError } from '@tessera/core'
import { DropPath, Module } from '@tessera/nn'
import { tf } from '@tessera/runtime'
import { padToWindows, partition, roll, shiftMask, unpartition } from './windows.js'

/** Attention inside windows: [batch · windows, places, channels] → the same, the mask added to the scores. */
export interface AttendsWindows extends Module {
  forward(windows: tf.Tensor, mask?: tf.Tensor): tf.Tensor
}

export interface ShiftWindowOptions {
  readonly windowSize: number
  /** Places that windows are moved by against those of the block before; 0: none. */
  readonly shiftSize: number
  /** Pad a map that is smaller than a window, and shift all the same. */
  readonly padSmallMap: boolean
  readonly dropPath: number
}

/** Cuts a map into windows, by turns shifted, and has `w_msa` attend in each (Liu et al. 2021, arXiv 2103.14030). */
export class ShiftWindowAttention extends Module {
  private readonly attention: AttendsWindows
  private readonly drop: DropPath

  constructor(
    private readonly options: ShiftWindowOptions,
    attention: AttendsWindows,
  ) {
    super()
    this.attention = this.registerModule('w_msa', attention)
    this.drop = this.registerModule('drop', new DropPath(options.dropPath))
  }

  /** @param x tokens [batch, height · width, channels] of a map of this size */
  override forward(x: tf.Tensor, [height, width]: readonly [number, number]): tf.Tensor {
    const { windowSize: size } = this.options
    const [batch = 0, tokens = 0, channels = 0] = x.shape
    const shift = this.shiftFor(height, width)
    const map = padToWindows(tf.reshape(x, [batch, height, width, channels]), size)
    const [, paddedHeight, paddedWidth] = map.shape
    const windows = partition(roll(map, shift), size)
    const mask = shift > 0 ? shiftMask(paddedHeight, paddedWidth, size, shift) : undefined
    const attended = unpartition(this.attention.call(windows, mask), size, paddedHeight, paddedWidth)
    const back = roll(attended, -shift)
    const cropped = paddedHeight === height && paddedWidth === width ? back : tf.slice(back, [0, 0, 0, 0], [batch, height, width, channels])
    return this.drop.call(tf.reshape(cropped, [batch, tokens, channels]))
  }

  private shiftFor(height: number, width: number): number {
    const { windowSize, shiftSize, padSmallMap } = this.options
    const smallest = Math.min(height, width)
    if (smallest < windowSize && !padSmallMap) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'the feature map is smaller than a window',
        path: this.path,
        got: [height, width],
        expected: `${windowSize}×${windowSize} or more`,
        hint: 'Set pad_small_map, use a smaller window_size, or larger images.',
      })
    }
    // A map of one window has nothing to shift to.
    return smallest === windowSize && !padSmallMap ? 0 : shiftSize
  }
}
