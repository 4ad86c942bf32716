import type { ImageArray } from '@tessera/core'
import { roundToEven } from '../image/roundToEven.js'
import { blend } from './blend.js'
import { greyOf } from './grey.js'
import { bytesOf } from './perChannel.js'

/** Blends with black: factor 0 is black, 1 the image. */
export function adjustBrightness(image: ImageArray, factor: number): ImageArray {
  return blend(image, factor, () => 0)
}

/** Blends with the mean grey: factor 0 is grey, 1 the image. */
export function adjustContrast(image: ImageArray, factor: number): ImageArray {
  const grey = greyOf(image)
  const mean = roundToEven(grey.reduce((sum, value) => sum + value, 0) / grey.length)
  return blend(image, factor, () => mean)
}

/** Blends with the grey image: factor 0 is grey, 1 the image. */
export function adjustColor(image: ImageArray, factor: number): ImageArray {
  const grey = greyOf(image)
  return blend(image, factor, (index) => grey[Math.floor(index / image.channels)] ?? 0, 'nearest')
}

/** Blends with the smoothed image: factor 0 is smooth, 1 the image, 2 sharpened. */
export function adjustSharpness(image: ImageArray, factor: number): ImageArray {
  const smooth = smoothed(image)
  return blend(image, factor, (index) => smooth[index] ?? 0)
}

/** 3 × 3 mean whose middle counts five times; the edge mirrors, its own pixel not repeated (OpenCV's default border). */
function smoothed(image: ImageArray): Uint8Array {
  const bytes = bytesOf(image)
  const { height, width, channels } = image
  const out = new Uint8Array(bytes.length)
  for (let y = 0; y < height; y++) {
    const rows = [mirror(y - 1, height), y, mirror(y + 1, height)]
    for (let x = 0; x < width; x++) {
      const columns = [mirror(x - 1, width), x, mirror(x + 1, width)]
      for (let channel = 0; channel < channels; channel++) {
        let sum = 4 * (bytes[(y * width + x) * channels + channel] ?? 0)
        for (const row of rows) for (const column of columns) sum += bytes[(row * width + column) * channels + channel] ?? 0
        out[(y * width + x) * channels + channel] = Math.round(sum / 13)
      }
    }
  }
  return out
}

function mirror(index: number, length: number): number {
  if (length === 1) return 0
  return index < 0 ? -index : index >= length ? 2 * (length - 1) - index : index
}
