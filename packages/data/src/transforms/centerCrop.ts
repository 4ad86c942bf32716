import { type ConfigOf, type PipelineItem, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { roundToEven } from '../image/roundToEven.js'

const size = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Width and height; one number for both. */
  crop_size: v.union([size, v.tuple([size, size])]),
  /** Pad an image that is smaller than the crop, below and on the right; otherwise what there is remains. */
  auto_pad: v.optional(v.boolean(), false),
  pad_cfg: v.optional(
    v.strictObject({ type: v.optional(v.literal('Pad'), 'Pad'), pad_val: v.optional(v.union([v.number(), v.array(v.number())]), 0) }),
    {},
  ),
})

export interface CenterCropConfig extends ConfigOf<'CenterCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    CenterCrop: CenterCropConfig
  }
}

/** Cuts the middle out; at most what there is (mmcv's CenterCrop). */
@TRANSFORMS.registerModule()
export class CenterCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem): PipelineItem {
    const { crop_size, auto_pad, pad_cfg } = this.options
    const [wantedWidth, wantedHeight] = typeof crop_size === 'number' ? [crop_size, crop_size] : crop_size
    const image = imageOf(item)
    const height = auto_pad ? wantedHeight : Math.min(wantedHeight, image.height)
    const width = auto_pad ? wantedWidth : Math.min(wantedWidth, image.width)
    const y = roundToEven(Math.max(0, image.height - height) / 2)
    const x = roundToEven(Math.max(0, image.width - width) / 2)
    return withImage(item, cropImage(image, { y, x, height, width }, pad_cfg.pad_val))
  }
}
