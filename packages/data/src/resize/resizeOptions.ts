import { type ImageArray, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { cv2Resize } from './cv2Resize.js'
import { CV2_INTERPOLATIONS } from './cv2Taps.js'
import { PILLOW_INTERPOLATIONS, pillowResize } from './pillowResize.js'

const pillowInterpolation = v.picklist(PILLOW_INTERPOLATIONS)
const cv2Interpolation = v.picklist(CV2_INTERPOLATIONS)

/** How a transform resizes, under mmcv's names. */
export const resizeEntries = {
  /** Whose arithmetic: Pillow's is antialiased, OpenCV's is not. */
  backend: v.optional(v.picklist(['cv2', 'pillow']), 'cv2'),
  /** Pillow has all but `area`, OpenCV all but `box` and `hamming`. */
  interpolation: v.optional(v.picklist([...PILLOW_INTERPOLATIONS, 'area']), 'bilinear'),
}

const schema = v.object(resizeEntries)
export type ResizeOptions = v.InferOutput<typeof schema>

/** @throws TesseraError UNSUPPORTED for an interpolation whose numbers we do not give: said when the pipeline is built */
export function checkResize({ backend, interpolation }: ResizeOptions): void {
  const offered = backend === 'pillow' ? pillowInterpolation : cv2Interpolation
  if (v.is(offered, interpolation)) return
  throw new TesseraError('UNSUPPORTED', {
    what: `backend '${backend}' does not offer this interpolation`,
    path: 'interpolation',
    got: interpolation,
    expected: offered.options.join(', '),
  })
}

export function resizeImage(image: ImageArray, height: number, width: number, { backend, interpolation }: ResizeOptions): ImageArray {
  return backend === 'pillow'
    ? pillowResize(image, height, width, v.parse(pillowInterpolation, interpolation))
    : cv2Resize(image, height, width, v.parse(cv2Interpolation, interpolation))
}
