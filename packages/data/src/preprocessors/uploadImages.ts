import type { ImageArray } from '@tessera/core'
import { byteTensor, tf } from '@tessera/runtime'
import { stackImages } from './stackImages.js'

/** Images as one tensor, padded as `stackImages` says. Bytes go up as bytes, and become numbers inside the step. */
export function uploadImages(images: readonly ImageArray[], divisor: number, padding: readonly number[]): tf.Tensor4D {
  const { data, shape } = stackImages(images, divisor, padding)
  return data instanceof Uint8Array ? (byteTensor(data, shape) as tf.Tensor4D) : tf.tensor4d(data, [...shape], 'float32')
}
