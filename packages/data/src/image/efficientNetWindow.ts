import type { Window } from './cropImage.js'
import { roundToEven } from './roundToEven.js'

/** The middle square of crop / (crop + padding) of the short side; its edges are cut off behind the point, as mmcv's imcrop does. */
export function efficientNetWindow(height: number, width: number, crop: number, padding: number): Window {
  const side = (crop / (crop + padding)) * Math.min(height, width)
  const y = Math.max(0, roundToEven((height - side) / 2))
  const x = Math.max(0, roundToEven((width - side) / 2))
  const end = (start: number, length: number) => Math.trunc(Math.min(start + side - 1, length - 1)) + 1
  return { y, x, height: end(y, height) - y, width: end(x, width) - x }
}
