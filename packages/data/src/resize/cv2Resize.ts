import { type ImageArray, TesseraError } from '@tessera/core'
import { roundToEven } from '../image/roundToEven.js'
import { type Cv2Interpolation, ONE, type Taps, tapsAt } from './cv2Taps.js'

/**
 * Resizes 8-bit images as OpenCV does: it interpolates between neighbours and never widens the filter, so shrinking aliases.
 * @throws TesseraError UNSUPPORTED for float images
 */
export function cv2Resize(image: ImageArray, height: number, width: number, interpolation: Cv2Interpolation): ImageArray {
  if (!(image.data instanceof Uint8Array)) {
    throw new TesseraError('UNSUPPORTED', { what: 'only 8-bit images can be resized', hint: 'Resize before normalizing.' })
  }
  if (height === image.height && width === image.width) return { ...image, data: image.data.slice() }
  const shrinks = height <= image.height && width <= image.width
  const columns = Array.from({ length: width }, (_, x) => tapsAt(x, image.width, width, interpolation, shrinks))
  const rows = Array.from({ length: height }, (_, y) => tapsAt(y, image.height, height, interpolation, shrinks))
  const isLinear = interpolation === 'bilinear' || (interpolation === 'area' && !shrinks)
  // Along a row, a bilinear tap beyond the edge gives its weight away; along a column it repeats the edge, which rounds otherwise.
  const inside = isLinear ? columns.map((taps) => settle(taps, image.width)) : columns
  const wide = widen(image, image.data, inside)
  const out = new Uint8Array(height * width * image.channels)
  const line = width * image.channels
  // Halving both sides is a case of its own there: four bytes, half rounded up.
  const isHalved = interpolation === 'area' && image.height === 2 * height && image.width === 2 * width
  const finish = isLinear ? blendLines : isHalved ? halveLines : sumLines
  for (const [y, taps] of rows.entries()) finish(wide, taps, image.height, line, out.subarray(y * line, (y + 1) * line))
  return { data: out, height, width, channels: image.channels }
}

function settle(taps: Taps, length: number): Taps {
  const [first = 0] = taps.at
  if (first < 0) return { at: [0], weights: [ONE] }
  return first >= length - 1 ? { at: [length - 1], weights: [ONE] } : taps
}

/** The pass along the rows: values times ONE. */
function widen(image: ImageArray, source: Uint8Array, columns: readonly Taps[]): Float64Array {
  const { width, channels } = image
  const wide = new Float64Array(image.height * columns.length * channels)
  for (const [x, { at, weights }] of columns.entries()) {
    const offsets = at.map((column) => clamp(column, width) * channels)
    for (let y = 0; y < image.height; y++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let i = 0; i < offsets.length; i++)
          sum += (weights[i] ?? 0) * (source[y * width * channels + (offsets[i] ?? 0) + channel] ?? 0)
        wide[(y * columns.length + x) * channels + channel] = sum
      }
    }
  }
  return wide
}

/** The pass along the columns, of two lines: OpenCV drops low bits of each part before it adds them. */
function blendLines(wide: Float64Array, { at, weights }: Taps, height: number, line: number, out: Uint8Array): void {
  const [above, below] = [clamp(at[0] ?? 0, height) * line, clamp(at[1] ?? 0, height) * line]
  const [first = 0, second = 0] = weights
  for (let i = 0; i < line; i++)
    out[i] = (((first * ((wide[above + i] ?? 0) >> 4)) >> 16) + ((second * ((wide[below + i] ?? 0) >> 4)) >> 16) + 2) >> 2
}

function sumLines(wide: Float64Array, { at, weights }: Taps, height: number, line: number, out: Uint8Array): void {
  const offsets = at.map((row) => clamp(row, height) * line)
  for (let i = 0; i < line; i++) {
    let sum = 0
    for (let tap = 0; tap < offsets.length; tap++) sum += (weights[tap] ?? 0) * (wide[(offsets[tap] ?? 0) + i] ?? 0)
    out[i] = Math.min(255, Math.max(0, roundToEven(sum / (ONE * ONE))))
  }
}

function halveLines(wide: Float64Array, taps: Taps, height: number, line: number, out: Uint8Array): void {
  const offsets = taps.at.map((row) => clamp(row, height) * line)
  for (let i = 0; i < line; i++) out[i] = Math.floor(offsets.reduce((sum, offset) => sum + (wide[offset + i] ?? 0), 0) / (2 * ONE) + 0.5)
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1)
}
