import { type ImageArray, TesseraError } from '@tessera/core'
import { emptyLike } from './imageArray.js'
import { roundToEven } from './roundToEven.js'

export const WARP_INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'area'] as const
export type WarpInterpolation = (typeof WARP_INTERPOLATIONS)[number]

/** [[a, b, c], [d, e, f]] row by row: where a source pixel (x, y) goes, (ax + by + c, dx + ey + f). */
export type AffineMatrix = readonly [number, number, number, number, number, number]

/** Source positions are whole numbers of 1/1024 pixel… */
const POSITION = 1024
/** … of which interpolation sees 1/32. */
const FRACTIONS = 32
/** Weights are whole numbers of 1/32768. */
const ONE = 32768
const CUBIC = -0.75

/**
 * Moves an 8-bit image by an affine map, in the fixed-point arithmetic of OpenCV's warpAffine, so that the bytes are the same.
 * @param fill what lies outside the source, a value a channel
 * @throws TesseraError UNSUPPORTED for float images
 */
export function warpAffine(image: ImageArray, matrix: AffineMatrix, interpolation: WarpInterpolation, fill: readonly number[]): ImageArray {
  if (!(image.data instanceof Uint8Array)) {
    throw new TesseraError('UNSUPPORTED', { what: 'only 8-bit images can be warped', hint: 'Augment before normalizing.' })
  }
  const out = emptyLike(image, image.height, image.width)
  const [a, b, c, d, e, f] = invert(matrix)
  const isNearest = interpolation === 'nearest'
  const half = isNearest ? POSITION / 2 : POSITION / FRACTIONS / 2
  const taps = isNearest ? undefined : weightTable(interpolation === 'bicubic' ? cubicWeights : linearWeights)
  for (let y = 0; y < image.height; y++) {
    const startX = roundToEven((b * y + c) * POSITION) + half
    const startY = roundToEven((e * y + f) * POSITION) + half
    for (let x = 0; x < image.width; x++) {
      const atX = startX + roundToEven(a * x * POSITION)
      const atY = startY + roundToEven(d * x * POSITION)
      const to = (y * image.width + x) * image.channels
      if (taps === undefined) copyPixel(image, atX >> 10, atY >> 10, fill, out.data, to)
      else mixPixels(image, atX >> 5, atY >> 5, taps, fill, out.data, to)
    }
  }
  return out
}

function invert([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const determinant = a * e - b * d
  const scale = determinant === 0 ? 0 : 1 / determinant
  const [ia, ib, id, ie] = [e * scale, -b * scale, -d * scale, a * scale]
  return [ia, ib, -ia * c - ib * f, id, ie, -id * c - ie * f]
}

function copyPixel(image: ImageArray, x: number, y: number, fill: readonly number[], out: ImageArray['data'], to: number): void {
  const inside = x >= 0 && x < image.width && y >= 0 && y < image.height
  const from = (y * image.width + x) * image.channels
  for (let channel = 0; channel < image.channels; channel++) out[to + channel] = (inside ? image.data[from + channel] : fill[channel]) ?? 0
}

interface WeightTable {
  /** Taps along an axis. */
  readonly size: number
  /** By fraction of y, fraction of x, tap of y, tap of x. */
  readonly weights: Int32Array
}

function mixPixels(
  image: ImageArray,
  atX: number,
  atY: number,
  { size, weights }: WeightTable,
  fill: readonly number[],
  out: ImageArray['data'],
  to: number,
): void {
  const firstX = (atX >> 5) - (size / 2 - 1)
  const firstY = (atY >> 5) - (size / 2 - 1)
  const table = ((atY & (FRACTIONS - 1)) * FRACTIONS + (atX & (FRACTIONS - 1))) * size * size
  for (let channel = 0; channel < image.channels; channel++) {
    let sum = 0
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const x = firstX + j
        const y = firstY + i
        const inside = x >= 0 && x < image.width && y >= 0 && y < image.height
        const value = inside ? image.data[(y * image.width + x) * image.channels + channel] : fill[channel]
        sum += (weights[table + i * size + j] ?? 0) * (value ?? 0)
      }
    }
    out[to + channel] = Math.min(255, Math.max(0, (sum + ONE / 2) >> 15))
  }
}

/** The weights of every pair of fractions as integers that add up to ONE: what rounding left over goes to a middle tap. */
function weightTable(weightsAt: (fraction: number) => readonly number[]): WeightTable {
  const axis = Array.from({ length: FRACTIONS }, (_, i) => weightsAt(Math.fround(i / FRACTIONS)).map(Math.fround))
  const size = axis[0]?.length ?? 0
  const weights = new Int32Array(FRACTIONS * FRACTIONS * size * size)
  for (const [i, rows] of axis.entries()) {
    for (const [j, columns] of axis.entries()) {
      const own = weights.subarray((i * FRACTIONS + j) * size * size, (i * FRACTIONS + j + 1) * size * size)
      let sum = 0
      for (const [k, row] of rows.entries()) {
        for (const [l, column] of columns.entries()) {
          const weight = roundToEven(Math.fround(row * column) * ONE)
          own[k * size + l] = weight
          sum += weight
        }
      }
      if (sum !== ONE) settle(own, size, ONE - sum)
    }
  }
  return { size, weights }
}

/** Gives `rest` to the smallest (a surplus takes from it), or the largest, of the four taps behind the middle, as OpenCV does. */
function settle(own: Int32Array, size: number, rest: number): void {
  const middle = size / 2
  let smallest = middle * size + middle
  let largest = smallest
  for (let k = middle; k < middle + 2; k++) {
    for (let l = middle; l < middle + 2; l++) {
      const at = k * size + l
      if ((own[at] ?? 0) < (own[smallest] ?? 0)) smallest = at
      else if ((own[at] ?? 0) > (own[largest] ?? 0)) largest = at
    }
  }
  const at = rest > 0 ? largest : smallest
  own[at] = (own[at] ?? 0) + rest
}

function linearWeights(t: number): readonly number[] {
  return [1 - t, t]
}

/** Keys' cubic with a = −0.75, in float32. */
function cubicWeights(t: number): readonly number[] {
  const f = Math.fround
  const near = (x: number) => f(f(f(f(f(CUBIC + 2) * x) - f(CUBIC + 3)) * x) * x + 1)
  const u = f(t + 1)
  const first = f(f(f(f(f(f(CUBIC * u) - 5 * CUBIC) * u) + 8 * CUBIC) * u) - 4 * CUBIC)
  const weights = [first, near(t), near(f(1 - t))]
  return [...weights, weights.reduce((rest, weight) => f(rest - weight), 1)]
}
