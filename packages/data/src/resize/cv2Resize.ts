import { type ImageArray, TesseraError } from '@tessera/core'

export const CV2_INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic'] as const
export type Cv2Interpolation = (typeof CV2_INTERPOLATIONS)[number]

/** Bilinear weights are integers of this many bits behind the point, in each of the two passes. */
const BITS = 11
const ONE = 2 ** BITS
const CUBIC = -0.75

/** The source pixels of one output position along an axis, with their weights. */
interface Taps {
  readonly at: readonly number[]
  readonly weights: readonly number[]
}

/**
 * Resizes 8-bit images as OpenCV does: it interpolates between neighbours and never widens the filter, so shrinking aliases.
 * @throws TesseraError UNSUPPORTED for float images
 */
export function cv2Resize(image: ImageArray, height: number, width: number, interpolation: Cv2Interpolation): ImageArray {
  if (!(image.data instanceof Uint8Array)) {
    throw new TesseraError('UNSUPPORTED', { what: 'only 8-bit images can be resized', hint: 'Resize before normalizing.' })
  }
  if (height === image.height && width === image.width) return { ...image, data: image.data.slice() }
  const columns = Array.from({ length: width }, (_, x) => tapsAt(x, image.width, width, interpolation))
  const rows = Array.from({ length: height }, (_, y) => tapsAt(y, image.height, height, interpolation))
  // Along a row, a bilinear tap beyond the edge gives its weight away; along a column it repeats the edge, which rounds otherwise.
  const inside = interpolation === 'bilinear' ? columns.map((taps) => settle(taps, image.width)) : columns
  const wide = widen(image, image.data, inside)
  const out = new Uint8Array(height * width * image.channels)
  const line = width * image.channels
  const finish = interpolation === 'bilinear' ? blendLines : sumLines
  for (const [y, taps] of rows.entries()) finish(wide, taps, image.height, line, out.subarray(y * line, (y + 1) * line))
  return { data: out, height, width, channels: image.channels }
}

function tapsAt(position: number, from: number, to: number, interpolation: Cv2Interpolation): Taps {
  const scale = 1 / (to / from)
  if (interpolation === 'nearest') return { at: [Math.min(Math.floor(position * scale), from - 1)], weights: [ONE] }
  const exact = Math.fround((position + 0.5) * scale - 0.5)
  const first = Math.floor(exact)
  const rest = Math.fround(exact - first)
  // OpenCV's x86 builds compute bicubic with real weights, and only bilinear with integers: the golden numbers are of those.
  if (interpolation === 'bicubic')
    return { at: [first - 1, first, first + 1, first + 2], weights: cubic(rest).map((weight) => weight * ONE) }
  return { at: [first, first + 1], weights: [Math.fround(1 - rest), rest].map((weight) => roundToEven(weight * ONE)) }
}

/** Keys' cubic with a = −0.75. */
function cubic(t: number): number[] {
  const near = (x: number) => ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1
  const far = (x: number) => ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC
  const weights = [far(t + 1), near(t), near(1 - t)]
  return [...weights, 1 - weights.reduce((a, b) => a + b, 0)]
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

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1)
}

function roundToEven(value: number): number {
  const down = Math.floor(value)
  if (value - down !== 0.5) return Math.round(value)
  return down % 2 === 0 ? down : down + 1
}
