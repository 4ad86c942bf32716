import { type ConfigOf, type PipelineItem, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage } from '../image/cropImage.js'
import { efficientNetWindow } from '../image/efficientNetWindow.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { checkResize, resizeEntries, resizeImage } from '../resize/resizeOptions.js'

const schema = v.strictObject({
  /** Side of the result in pixels. */
  crop_size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** What the crop leaves of a side of crop_size + crop_padding. */
  crop_padding: v.optional(v.pipe(v.number(), v.minValue(0)), 32),
  ...resizeEntries,
  interpolation: v.optional(resizeEntries.interpolation.wrapped, 'bicubic'),
})

export interface EfficientNetCenterCropConfig extends ConfigOf<'EfficientNetCenterCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    EfficientNetCenterCrop: EfficientNetCenterCropConfig
  }
}

/** Cuts the middle square out, in proportion to the short side, then resizes (EfficientNet's evaluation; MMPreTrain). */
@TRANSFORMS.registerModule()
export class EfficientNetCenterCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    checkResize(options)
  }

  transform(item: PipelineItem): PipelineItem {
    const image = imageOf(item)
    const { crop_size, crop_padding } = this.options
    const part = cropImage(image, efficientNetWindow(image.height, image.width, crop_size, crop_padding))
    return withImage(item, resizeImage(part, crop_size, crop_size, this.options))
  }
}
