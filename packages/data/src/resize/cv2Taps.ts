import { roundToEven } from '../image/roundToEven.js'

export const CV2_INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'area', 'lanczos'] as const
export type Cv2Interpolation = (typeof CV2_INTERPOLATIONS)[number]

/** Bilinear and Lanczos weights are integers of 11 bits behind the point, in each of the two passes. */
export const ONE = 2 ** 11
const CUBIC = -0.75
const LANCZOS = 4

/** The source pixels of one output position along an axis, with their weights times ONE. */
export interface Taps {
  readonly at: readonly number[]
  readonly weights: readonly number[]
}

/** What decides a position of OpenCV's resize. @param shrinks whether both axes get smaller, or stay: only then `area` means area */
export function tapsAt(position: number, from: number, to: number, interpolation: Cv2Interpolation, shrinks: boolean): Taps {
  const scale = 1 / (to / from)
  if (interpolation === 'nearest') return { at: [Math.min(Math.floor(position * scale), from - 1)], weights: [ONE] }
  if (interpolation === 'area') return shrinks ? areaTaps(position, from, scale) : linearTaps(...enlargedArea(position, from, to))
  const exact = Math.fround((position + 0.5) * scale - 0.5)
  const first = Math.floor(exact)
  const rest = Math.fround(exact - first)
  if (interpolation === 'bilinear') return linearTaps(first, rest)
  // OpenCV's x86 builds compute bicubic with real weights, all else with integers: the golden numbers are of those.
  if (interpolation === 'bicubic')
    return { at: [first - 1, first, first + 1, first + 2], weights: cubic(rest).map((weight) => weight * ONE) }
  const at = Array.from({ length: 2 * LANCZOS }, (_, i) => first - LANCZOS + 1 + i)
  return { at, weights: lanczos(rest).map((weight) => roundToEven(Math.fround(weight) * ONE)) }
}

function linearTaps(first: number, rest: number): Taps {
  return { at: [first, first + 1], weights: [Math.fround(1 - rest), rest].map((weight) => roundToEven(weight * ONE)) }
}

/** The share of each source pixel in the part of the axis that one output pixel covers. */
function areaTaps(position: number, from: number, scale: number): Taps {
  const start = position * scale
  const end = start + scale
  const covered = Math.min(scale, from - start)
  const at: number[] = []
  const weights: number[] = []
  for (let pixel = Math.floor(start); pixel < Math.min(Math.ceil(end), from); pixel++) {
    const share = Math.min(end, pixel + 1) - Math.max(start, pixel)
    // As OpenCV does: slivers do not count.
    if (share <= 1e-3) continue
    at.push(pixel)
    weights.push(Math.fround(share / covered) * ONE)
  }
  return { at, weights }
}

/** Enlarging by `area`: a pixel stays itself until the next one's area begins. */
function enlargedArea(position: number, from: number, to: number): [first: number, rest: number] {
  const first = Math.floor(position * (from / to))
  const rest = Math.fround(position + 1 - (first + 1) * (to / from))
  return [first, rest <= 0 ? 0 : Math.fround(rest - Math.floor(rest))]
}

/** Keys' cubic with a = −0.75. */
function cubic(t: number): number[] {
  const near = (x: number) => ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1
  const far = (x: number) => ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC
  const weights = [far(t + 1), near(t), near(1 - t)]
  return [...weights, 1 - weights.reduce((a, b) => a + b, 0)]
}

/** Lanczos' window of eight pixels, made to add up to 1. */
function lanczos(t: number): number[] {
  const weights = Array.from({ length: 2 * LANCZOS }, (_, i) => {
    const x = Math.PI * (t + LANCZOS - 1 - i)
    return Math.abs(x) < 1e-6 ? 1 : (LANCZOS * Math.sin(x) * Math.sin(x / LANCZOS)) / (x * x)
  })
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}
