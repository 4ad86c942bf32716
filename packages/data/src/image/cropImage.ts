import type { ImageArray } from '@tessera/core'
import { emptyLike } from './imageArray.js'

export interface Window {
  /** Top edge; may lie outside the image. */
  readonly y: number
  /** Left edge. */
  readonly x: number
  readonly height: number
  readonly width: number
}

/** A window of an image. What lies outside the image is filled: with one value, or one a channel. */
export function cropImage(image: ImageArray, window: Window, fill: number | readonly number[] = 0): ImageArray {
  const out = emptyLike(image, window.height, window.width)
  const { channels } = image
  if (fill !== 0) for (let i = 0; i < out.data.length; i++) out.data[i] = typeof fill === 'number' ? fill : (fill[i % channels] ?? 0)
  const from = Math.max(0, window.x)
  const to = Math.min(image.width, window.x + window.width)
  if (to <= from) return out
  for (let row = 0; row < window.height; row++) {
    const y = window.y + row
    if (y < 0 || y >= image.height) continue
    const line = image.data.subarray((y * image.width + from) * channels, (y * image.width + to) * channels)
    out.data.set(line, (row * window.width + from - window.x) * channels)
  }
  return out
}
