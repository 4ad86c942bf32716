import type { ImageArray } from '@tessera/core'
import { emptyLike } from '../image/imageArray.js'
import { roundToEven } from '../image/roundToEven.js'
import { bytesOf } from './perChannel.js'

export type Rounding = 'nearest' | 'down'

/**
 * image · factor + other · (1 − factor), rounded to float32 as OpenCV's addWeighted gives it.
 * @param other the other image's value at a byte's index
 * @param rounding how the result becomes a byte: OpenCV rounds to the nearest (even), NumPy's cast cuts off
 */
export function blend(image: ImageArray, factor: number, other: (index: number) => number, rounding: Rounding = 'down'): ImageArray {
  const bytes = bytesOf(image)
  const out = emptyLike(image, image.height, image.width)
  for (let i = 0; i < bytes.length; i++) {
    const value = Math.fround((bytes[i] ?? 0) * factor + other(i) * (1 - factor))
    out.data[i] = Math.min(255, Math.max(0, rounding === 'down' ? Math.trunc(value) : roundToEven(value)))
  }
  return out
}
