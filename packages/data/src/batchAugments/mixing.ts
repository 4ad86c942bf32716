import type { RandomSource } from '@tessera/core'

/** How the images of a batch are mixed with each other's; drawn on the host, once a step. */
export interface Mixing {
  /** Share of its own label that an image keeps. */
  readonly lam: number
  /** Share of its own pixel that an image keeps, by place [height · width]; one number for all. */
  readonly keep: number | Float32Array
  /** Where the other image is seen; absent: where it stands anyway. */
  readonly paste?: Box
}

/** Half open, in pixels. */
export interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

export interface ImageSize {
  readonly height: number
  readonly width: number
}

/** A batch augment decides; the preprocessor computes. */
export interface BatchAugment {
  /** Whether it may shrink the other image into a part of this one. */
  readonly pastes: boolean
  draw(size: ImageSize, random: RandomSource): Mixing
}

export const UNMIXED: Mixing = { lam: 1, keep: 1 }

/** 0 inside the box, 1 around it. */
export function keepOutside({ height, width }: ImageSize, box: Box): Float32Array {
  const keep = new Float32Array(height * width).fill(1)
  for (let y = box.top; y < box.bottom; y++) keep.fill(0, y * width + box.left, y * width + Math.max(box.left, box.right))
  return keep
}
