import { type ImageArray, type PipelineItem, TesseraError } from '@tessera/core'

export function isImageArray(value: unknown): value is ImageArray {
  if (typeof value !== 'object' || value === null || !('data' in value)) return false
  if (!('height' in value) || !('width' in value) || !('channels' in value)) return false
  return value.data instanceof Uint8Array || value.data instanceof Float32Array
}

/** An image of the given size, of the same kind of numbers as `like`, all zero. */
export function emptyLike(like: ImageArray, height: number, width: number): ImageArray {
  const size = height * width * like.channels
  return { data: like.data instanceof Uint8Array ? new Uint8Array(size) : new Float32Array(size), height, width, channels: like.channels }
}

/** The image of an item, under `key`. */
export function imageOf(item: PipelineItem, key = 'img'): ImageArray {
  const image = item[key]
  if (isImageArray(image)) return image
  throw new TesseraError('DATA_INVALID', {
    what: `the item has no image under '${key}'`,
    got: `keys ${Object.keys(item).join(', ')}`,
    hint: "Put { type: 'LoadImageFromFile' } before it.",
  })
}

/** Puts the image back into its item, with its new shape ([height, width]). */
export function withImage(item: PipelineItem, image: ImageArray): PipelineItem {
  item['img'] = image
  item['img_shape'] = [image.height, image.width]
  return item
}
