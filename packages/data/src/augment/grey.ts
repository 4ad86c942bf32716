import type { ImageArray } from '@tessera/core'
import { bytesOf } from './perChannel.js'

/** Luma of a BGR image, one byte a pixel, with OpenCV's integer weights; a grey image is its own. */
export function greyOf(image: ImageArray): Uint8Array {
  const bytes = bytesOf(image)
  const { channels } = image
  if (channels < 3) return bytes
  return Uint8Array.from(
    { length: image.height * image.width },
    (_, i) =>
      ((bytes[i * channels] ?? 0) * 3735 + (bytes[i * channels + 1] ?? 0) * 19235 + (bytes[i * channels + 2] ?? 0) * 9798 + 16384) >> 15,
  )
}
