import { type ImageArray, TesseraError } from '@tessera/core'
import { emptyLike } from '../image/imageArray.js'

/** Value of a table of 256 for each byte. */
export type ByteTable = Uint8Array

/** @throws TesseraError UNSUPPORTED for images of another kind of numbers */
export function bytesOf(image: ImageArray): Uint8Array {
  if (image.data instanceof Uint8Array) return image.data
  throw new TesseraError('UNSUPPORTED', { what: 'only 8-bit images can be augmented', hint: 'Augment before normalizing.' })
}

/** Replaces every byte by its table's; `tableOf` sees one channel's histogram at a time. */
export function mapChannels(image: ImageArray, tableOf: (histogram: Uint32Array) => ByteTable): ImageArray {
  const bytes = bytesOf(image)
  const { channels } = image
  const tables = Array.from({ length: channels }, (_, channel) => tableOf(histogramOf(bytes, channel, channels)))
  const out = emptyLike(image, image.height, image.width)
  for (let i = 0; i < bytes.length; i++) out.data[i] = tables[i % channels]?.[bytes[i] ?? 0] ?? 0
  return out
}

/** Replaces every byte by the same function of it, clipped to a byte and cut off behind the point, as a cast to uint8 does. */
export function mapBytes(image: ImageArray, value: (byte: number) => number): ImageArray {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => Math.trunc(Math.min(Math.max(value(byte), 0), 255)))
  return mapChannels(image, () => table)
}

export function histogramOf(bytes: Uint8Array, first: number, step: number): Uint32Array {
  const histogram = new Uint32Array(256)
  for (let i = first; i < bytes.length; i += step) {
    const byte = bytes[i] ?? 0
    histogram[byte] = (histogram[byte] ?? 0) + 1
  }
  return histogram
}
