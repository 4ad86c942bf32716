import { type ConfigOf, type PipelineItem, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'

const size = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Height and width; one number for both. */
  crop_size: v.union([size, v.tuple([size, size])]),
  /** What padding is filled with when the image is smaller: one value, or one a channel. */
  pad_val: v.optional(v.union([v.number(), v.array(v.number())]), 0),
})

export interface CenterCropConfig extends ConfigOf<'CenterCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    CenterCrop: CenterCropConfig
  }
}

/** Cuts the middle out; what is missing is padded (mmcv's CenterCrop). */
@TRANSFORMS.registerModule()
export class CenterCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem): PipelineItem {
    const { crop_size, pad_val } = this.options
    const [height, width] = typeof crop_size === 'number' ? [crop_size, crop_size] : crop_size
    const image = imageOf(item)
    const y = Math.round((image.height - height) / 2)
    const x = Math.round((image.width - width) / 2)
    return withImage(item, cropImage(image, { y, x, height, width }, pad_val))
  }
}
