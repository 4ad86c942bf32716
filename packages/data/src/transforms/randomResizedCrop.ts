import { type ConfigOf, type PipelineItem, type RandomSource, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage, type Window } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { centredWindow, randomSize } from '../image/randomWindow.js'
import { checkResize, resizeEntries, resizeImage } from '../resize/resizeOptions.js'

const size = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  /** Size of the result: one number, or [height, width]. */
  scale: v.union([size, v.tuple([size, size])]),
  /** Smallest and largest share of the area. */
  crop_ratio_range: v.optional(v.tuple([v.number(), v.number()]), [0.08, 1]),
  /** Smallest and largest width / height. */
  aspect_ratio_range: v.optional(v.tuple([v.number(), v.number()]), [3 / 4, 4 / 3]),
  max_attempts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 10),
  ...resizeEntries,
})

export interface RandomResizedCropConfig extends ConfigOf<'RandomResizedCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomResizedCrop: RandomResizedCropConfig
  }
}

/** A random part of the image, in area and ratio, resized to a fixed size (Szegedy et al. 2014; MMPreTrain's RandomResizedCrop). */
@TRANSFORMS.registerModule()
export class RandomResizedCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    checkResize(options)
  }

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const image = imageOf(item)
    const { scale } = this.options
    const [height, width] = typeof scale === 'number' ? [scale, scale] : scale
    const part = cropImage(image, this.chooseWindow(image.height, image.width, random))
    return withImage(item, resizeImage(part, height, width, this.options))
  }

  private chooseWindow(height: number, width: number, random: RandomSource): Window {
    const { aspect_ratio_range: ratio, crop_ratio_range: area } = this.options
    for (let attempt = 0; attempt < this.options.max_attempts; attempt++) {
      const window = randomSize(height, width, { area, ratio }, random)
      if (window.width < 1 || window.height < 1 || window.width > width || window.height > height) continue
      return { ...window, y: random.integer(height - window.height + 1), x: random.integer(width - window.width + 1) }
    }
    return centredWindow(height, width, ratio)
  }
}
