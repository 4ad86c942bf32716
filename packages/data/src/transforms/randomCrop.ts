import { type ConfigOf, type PipelineItem, type RandomSource, TesseraError, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'

const size = v.pipe(v.number(), v.integer(), v.minValue(1))
const pixels = v.pipe(v.number(), v.integer(), v.minValue(0))

const schema = v.strictObject({
  /** Height and width of the result; one number for both. */
  crop_size: v.union([size, v.tuple([size, size])]),
  /** Added around the image first: everywhere, [left and right, top and bottom], or [left, top, right, bottom]. */
  padding: v.optional(v.nullable(v.union([pixels, v.tuple([pixels, pixels]), v.tuple([pixels, pixels, pixels, pixels])])), null),
  /** Pad an image that is smaller than the crop, instead of refusing it. */
  pad_if_needed: v.optional(v.boolean(), false),
  /** What padding is filled with: one value, or one a channel. */
  pad_val: v.optional(v.union([v.number(), v.array(v.number())]), 0),
  padding_mode: v.optional(v.literal('constant'), 'constant'),
})

export interface RandomCropConfig extends ConfigOf<'RandomCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomCrop: RandomCropConfig
  }
}

/** Cuts a piece of fixed size out of the (padded) image, anywhere (MMPreTrain's RandomCrop). */
@TRANSFORMS.registerModule()
export class RandomCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { crop_size, padding, pad_if_needed, pad_val } = this.options
    const [height, width] = typeof crop_size === 'number' ? [crop_size, crop_size] : crop_size
    const image = imageOf(item)
    const [left, top, right, bottom] = sides(padding)
    const missing = pad_if_needed
      ? { y: Math.max(0, height - image.height - top - bottom), x: Math.max(0, width - image.width - left - right) }
      : { y: 0, x: 0 }
    const free = {
      y: image.height + top + bottom + 2 * missing.y - height,
      x: image.width + left + right + 2 * missing.x - width,
    }
    if (free.y < 0 || free.x < 0) {
      throw new TesseraError('DATA_INVALID', {
        what: 'the image is smaller than the crop',
        got: `${image.height} × ${image.width}`,
        expected: `at least ${height} × ${width}`,
        hint: 'Set pad_if_needed: true, or resize before.',
      })
    }
    const y = random.integer(free.y + 1) - top - missing.y
    const x = random.integer(free.x + 1) - left - missing.x
    return withImage(item, cropImage(image, { y, x, height, width }, pad_val))
  }
}

function sides(padding: v.InferOutput<typeof schema>['padding']): readonly [left: number, top: number, right: number, bottom: number] {
  if (padding === null) return [0, 0, 0, 0]
  if (typeof padding === 'number') return [padding, padding, padding, padding]
  if (padding.length === 2) return [padding[0], padding[1], padding[0], padding[1]]
  return padding
}
