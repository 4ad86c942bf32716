import type { ImageArray } from '@tessera/core'
import { emptyLike } from '../image/imageArray.js'
import { bytesOf } from './perChannel.js'

/** Pillow's colour arithmetic on BGR images, byte for byte. A grey image has neither saturation nor hue. */

const { fround } = Math

/** Blends with black: factor 0 is black, 1 the image. */
export function pillowBrightness(image: ImageArray, factor: number): ImageArray {
  return blend(image, factor, () => 0)
}

/** Blends with the mean grey. */
export function pillowContrast(image: ImageArray, factor: number): ImageArray {
  const luma = lumaOf(image)
  const mean = Math.trunc(luma.reduce((sum, value) => sum + value, 0) / luma.length + 0.5)
  return blend(image, factor, () => mean)
}

/** Blends with the grey image. */
export function pillowSaturation(image: ImageArray, factor: number): ImageArray {
  const luma = lumaOf(image)
  return blend(image, factor, (index) => luma[Math.floor(index / image.channels)] ?? 0)
}

/** Turns the hue by a share of the circle, −0.5 to 0.5. */
export function pillowHue(image: ImageArray, share: number): ImageArray {
  const bytes = bytesOf(image)
  const out = emptyLike(image, image.height, image.width)
  if (image.channels !== 3) return { ...image, data: bytes.slice() }
  const shift = Math.trunc(share * 255)
  for (let i = 0; i < bytes.length; i += 3) {
    const [hue, saturation, value] = toHsv(bytes[i + 2] ?? 0, bytes[i + 1] ?? 0, bytes[i] ?? 0)
    const [red, green, blue] = fromHsv((((hue + shift) % 256) + 256) % 256, saturation, value)
    out.data[i] = blue
    out.data[i + 1] = green
    out.data[i + 2] = red
  }
  return out
}

function blend(image: ImageArray, factor: number, other: (index: number) => number): ImageArray {
  const bytes = bytesOf(image)
  const out = emptyLike(image, image.height, image.width)
  const share = fround(factor)
  for (let i = 0; i < bytes.length; i++) {
    const from = other(i)
    out.data[i] = clip(fround(from + fround(share * ((bytes[i] ?? 0) - from))))
  }
  return out
}

function lumaOf(image: ImageArray): Uint8Array {
  const bytes = bytesOf(image)
  const { channels } = image
  if (channels < 3) return bytes
  const at = (pixel: number, channel: number) => bytes[pixel * channels + channel] ?? 0
  return Uint8Array.from(
    { length: image.height * image.width },
    (_, i) => (at(i, 2) * 19595 + at(i, 1) * 38470 + at(i, 0) * 7471 + 0x8000) >> 16,
  )
}

type Triple = readonly [number, number, number]

function toHsv(red: number, green: number, blue: number): Triple {
  const largest = Math.max(red, green, blue)
  const spread = largest - Math.min(red, green, blue)
  if (spread === 0) return [0, 0, largest]
  const away = (channel: number) => fround((largest - channel) / spread)
  const sixths = fround(
    red === largest ? away(blue) - away(green) : green === largest ? 2 + away(red) - away(blue) : 4 + away(green) - away(red),
  )
  const hue = fround((sixths / 6 + 1) % 1)
  return [clip(hue * 255), clip(fround(spread / largest) * 255), largest]
}

function fromHsv(hue: number, saturation: number, value: number): Triple {
  if (saturation === 0) return [value, value, value]
  const sixth = Math.floor((hue * 6) / 255)
  const rest = fround((hue * 6) / 255 - sixth)
  const share = fround(saturation / 255)
  const p = clip(Math.round(value * (1 - share)))
  const q = clip(Math.round(value * (1 - share * rest)))
  const t = clip(Math.round(value * (1 - share * (1 - rest))))
  const sectors: readonly Triple[] = [
    [value, t, p],
    [q, value, p],
    [p, value, t],
    [p, q, value],
    [t, p, value],
    [value, p, q],
  ]
  return sectors[sixth % 6] ?? [value, value, value]
}

/** Cut off behind the point, and to a byte. */
function clip(value: number): number {
  return Math.min(255, Math.max(0, Math.trunc(value)))
}
