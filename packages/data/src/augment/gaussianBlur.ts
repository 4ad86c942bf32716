import type { ImageArray } from '@tessera/core'
import { bytesOf } from './perChannel.js'

const PASSES = 3

/**
 * Pillow's GaussianBlur: three extended box blurs along each axis (Gwosdek et al. 2011), in its fixed-point arithmetic.
 * @param radius standard deviation in pixels
 */
export function gaussianBlur(image: ImageArray, radius: number): ImageArray {
  const { height, width, channels } = image
  const box = boxRadius(radius)
  const data = bytesOf(image).slice()
  if (box === 0) return { ...image, data }
  for (let pass = 0; pass < PASSES; pass++)
    for (let y = 0; y < height; y++)
      for (let channel = 0; channel < channels; channel++) blurLine(data, y * width * channels + channel, channels, width, box)
  for (let pass = 0; pass < PASSES; pass++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++) blurLine(data, x * channels + channel, width * channels, height, box)
  return { ...image, data }
}

/** The radius of a box that blurs as much in PASSES passes; its fraction weighs the pixel at either end. */
function boxRadius(sigma: number): number {
  const f = Math.fround
  const variance = f(f(f(sigma) * f(sigma)) / PASSES)
  const length = f(Math.sqrt(12 * variance + 1))
  const whole = f(Math.floor((length - 1) / 2))
  const rest = f((2 * whole + 1) * (whole * (whole + 1) - 3 * variance))
  return f(whole + f(rest / f(6 * (variance - (whole + 1) * (whole + 1)))))
}

/** One box blur of a line in place; beyond its ends the end's value goes on. */
function blurLine(data: Uint8Array, from: number, step: number, length: number, radius: number): void {
  const whole = Math.trunc(radius)
  const weight = Math.trunc(Math.fround(2 ** 24 / Math.fround(Math.fround(radius * 2) + 1)))
  const edge = Math.trunc((2 ** 24 - (whole * 2 + 1) * weight) / 2)
  const line = Uint8Array.from({ length }, (_, i) => data[from + i * step] ?? 0)
  const at = (i: number) => line[Math.min(Math.max(i, 0), length - 1)] ?? 0
  let sum = 0
  for (let i = -whole; i <= whole; i++) sum += at(i)
  for (let i = 0; i < length; i++) {
    data[from + i * step] = Math.floor((sum * weight + (at(i - whole - 1) + at(i + whole + 1)) * edge + 2 ** 23) / 2 ** 24)
    sum += at(i + whole + 1) - at(i - whole)
  }
}
