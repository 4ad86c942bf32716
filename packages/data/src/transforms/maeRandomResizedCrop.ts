import { type ConfigOf, type PipelineItem, type RandomSource, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { randomSize } from '../image/randomWindow.js'
import { PILLOW_INTERPOLATIONS, pillowResize } from '../resize/pillowResize.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const range = v.tuple([v.number(), v.number()])

const schema = v.strictObject({
  /** Of the result: one number, or [height, width]. */
  size: v.union([count, v.tuple([count, count])]),
  /** Smallest and largest share of the area. */
  scale: v.optional(range, [0.08, 1]),
  /** Smallest and largest width / height. */
  ratio: v.optional(range, [3 / 4, 4 / 3]),
  interpolation: v.optional(v.picklist(PILLOW_INTERPOLATIONS), 'bilinear'),
})

export interface MAERandomResizedCropConfig extends ConfigOf<'MAERandomResizedCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    MAERandomResizedCrop: MAERandomResizedCropConfig
  }
}

/** RandomResizedCrop in one draw: a part that is larger than the image is cut to it (BYOL's way; MMPreTrain's MAERandomResizedCrop). */
@TRANSFORMS.registerModule()
export class MAERandomResizedCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { size, scale: area, ratio, interpolation } = this.options
    const image = imageOf(item)
    const drawn = randomSize(image.height, image.width, { area, ratio }, random)
    const height = Math.min(Math.max(drawn.height, 1), image.height)
    const width = Math.min(Math.max(drawn.width, 1), image.width)
    const window = { height, width, y: random.integer(image.height - height + 1), x: random.integer(image.width - width + 1) }
    const [rows, columns] = typeof size === 'number' ? [size, size] : size
    return withImage(item, pillowResize(cropImage(image, window), rows, columns, interpolation))
  }
}
