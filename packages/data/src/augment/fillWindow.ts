import type { ImageArray } from '@tessera/core'
import type { Window } from '../image/cropImage.js'

/** A copy of the image whose window, as far as it lies inside, holds what `value` says for each channel. */
export function fillWindow(image: ImageArray, window: Window, value: (channel: number) => number): ImageArray {
  const data = image.data.slice()
  const { channels } = image
  for (let y = Math.max(0, window.y); y < Math.min(image.height, window.y + window.height); y++) {
    for (let x = Math.max(0, window.x); x < Math.min(image.width, window.x + window.width); x++)
      for (let channel = 0; channel < channels; channel++) data[(y * image.width + x) * channels + channel] = value(channel)
  }
  return { ...image, data }
}
