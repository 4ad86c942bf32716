import type { RandomSource } from '@tessera/core'
import type { Box, ImageSize } from './mixing.js'

/** Where to cut, and the share of the label that stays. */
export interface Cut {
  readonly box: Box
  readonly lam: number
}

export interface CutOptions {
  /** Smallest and largest share of either side; instead of `lam`. */
  readonly cutmix_minmax?: readonly [number, number] | null | undefined
  /** Labels follow the area that the box has inside the image. */
  readonly correct_lam: boolean
}

/** A box of √(1 − lam) of either side around a random pixel, cut off at the edges; or one of random sides. */
export function drawCut({ height, width }: ImageSize, lam: number, options: CutOptions, random: RandomSource): Cut {
  const { cutmix_minmax: range } = options
  const box = range == null ? boxAround(height, width, Math.sqrt(1 - lam), random) : boxWithin(height, width, range, random)
  if (range == null && !options.correct_lam) return { box, lam }
  return { box, lam: 1 - ((box.bottom - box.top) * (box.right - box.left)) / (height * width) }
}

function boxAround(height: number, width: number, ratio: number, random: RandomSource): Box {
  const [top, bottom] = around(random.integer(height), Math.trunc(height * ratio), height)
  const [left, right] = around(random.integer(width), Math.trunc(width * ratio), width)
  return { top, bottom, left, right }
}

function around(centre: number, side: number, length: number): [number, number] {
  const half = Math.floor(side / 2)
  return [Math.max(0, centre - half), Math.min(length, centre + half)]
}

function boxWithin(height: number, width: number, range: readonly [number, number], random: RandomSource): Box {
  const side = (length: number) => {
    const [least, most] = [Math.trunc(length * range[0]), Math.trunc(length * range[1])]
    return least + random.integer(Math.max(1, most - least))
  }
  const [tall, wide] = [side(height), side(width)]
  const top = random.integer(Math.max(1, height - tall))
  const left = random.integer(Math.max(1, width - wide))
  return { top, bottom: Math.min(height, top + tall), left, right: Math.min(width, left + wide) }
}
