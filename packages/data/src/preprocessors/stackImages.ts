import { type ImageArray, TesseraError } from '@tessera/core'

export interface StackedImages {
  /** Bytes where all images and the padding are. */
  readonly data: Uint8Array | Float32Array
  readonly shape: readonly [batch: number, height: number, width: number, channels: number]
}

/**
 * One contiguous batch. Smaller images are padded at the bottom and on the right, up to the largest height and width
 * (rounded up to a multiple of `divisor`).
 * @param padding what padding is filled with, one value a channel
 */
export function stackImages(images: readonly ImageArray[], divisor: number, padding: readonly number[]): StackedImages {
  const [first] = images
  if (first === undefined) throw new TesseraError('DATA_INVALID', { what: 'a batch has no images' })
  const odd = images.find((image) => image.channels !== first.channels)
  if (odd !== undefined) {
    throw new TesseraError('DATA_INVALID', {
      what: 'the images of a batch have different numbers of channels',
      got: [first.channels, odd.channels],
      hint: "Load them alike: { type: 'LoadImageFromFile', color_type: 'color' }.",
    })
  }
  const height = roundUp(Math.max(...images.map((image) => image.height)), divisor)
  const width = roundUp(Math.max(...images.map((image) => image.width)), divisor)
  const { channels } = first
  const size = height * width * channels
  const isPadded = images.some((image) => image.height < height || image.width < width)
  const inBytes = images.every((image) => image.data instanceof Uint8Array) && (!isPadded || padding.every(isByte))
  const data = inBytes ? new Uint8Array(images.length * size) : new Float32Array(images.length * size)
  if (isPadded) fillChannels(data, padding)
  for (const [index, image] of images.entries()) {
    if (image.width === width) data.set(image.data, index * size)
    else {
      const line = image.width * channels
      for (let row = 0; row < image.height; row++)
        data.set(image.data.subarray(row * line, (row + 1) * line), index * size + row * width * channels)
    }
  }
  return { data, shape: [images.length, height, width, channels] }
}

function roundUp(value: number, divisor: number): number {
  return Math.ceil(value / divisor) * divisor
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 255
}

function fillChannels(data: Uint8Array | Float32Array, values: readonly number[]): void {
  if (values.every((value) => value === 0)) return
  for (let i = 0; i < data.length; i++) data[i] = values[i % values.length] ?? 0
}
