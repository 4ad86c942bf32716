import { type ImageArray, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { INTERPOLATIONS, pillowResize } from './pillowResize.js'

/** How a transform resizes, under mmcv's names. */
export const resizeEntries = {
  /** Whose arithmetic: Pillow's (antialiased) is here, OpenCV's is not. */
  backend: v.optional(v.picklist(['cv2', 'pillow']), 'cv2'),
  interpolation: v.optional(v.picklist(INTERPOLATIONS), 'bilinear'),
}

const schema = v.object(resizeEntries)
export type ResizeOptions = v.InferOutput<typeof schema>

/** @throws TesseraError UNSUPPORTED for the cv2 backend, whose numbers we do not give: said when the pipeline is built */
export function checkResize({ backend }: ResizeOptions): void {
  if (backend === 'pillow') return
  throw new TesseraError('UNSUPPORTED', {
    what: "OpenCV's resizing is not offered",
    got: `backend '${backend}'`,
    expected: "backend: 'pillow'",
  })
}

export function resizeImage(image: ImageArray, height: number, width: number, { interpolation }: ResizeOptions): ImageArray {
  return pillowResize(image, height, width, interpolation)
}
