import type { RandomSource } from '@tessera/core'
import type { Window } from './cropImage.js'

export interface WindowRange {
  /** Smallest and largest share of the area. */
  readonly area: readonly [number, number]
  /** Smallest and largest width / height. */
  readonly ratio: readonly [number, number]
}

/** A size of random area and ratio; it may be larger than the image. Two draws. */
export function randomSize(
  height: number,
  width: number,
  { area, ratio }: WindowRange,
  random: RandomSource,
): Pick<Window, 'height' | 'width'> {
  const target = height * width * (area[0] + (area[1] - area[0]) * random.uniform())
  const aspect = Math.exp(Math.log(ratio[0]) + (Math.log(ratio[1]) - Math.log(ratio[0])) * random.uniform())
  return { width: Math.round(Math.sqrt(target * aspect)), height: Math.round(Math.sqrt(target / aspect)) }
}

/** The largest window in the middle whose ratio is allowed: for images so long that no draw fits. */
export function centredWindow(height: number, width: number, [smallest, largest]: readonly [number, number]): Window {
  const ratio = width / height
  const window =
    ratio < smallest
      ? { width, height: Math.min(Math.round(width / smallest), height) }
      : ratio > largest
        ? { height, width: Math.min(Math.round(height * largest), width) }
        : { height, width }
  return { ...window, y: Math.floor((height - window.height) / 2), x: Math.floor((width - window.width) / 2) }
}
