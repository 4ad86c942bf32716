import { type ConfigOf, type PipelineItem, type RandomSource, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage, type Window } from '../image/cropImage.js'
import { efficientNetWindow } from '../image/efficientNetWindow.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { roundToEven } from '../image/roundToEven.js'
import { checkResize, resizeEntries, resizeImage } from '../resize/resizeOptions.js'

const share = v.pipe(v.number(), v.minValue(0))

const schema = v.strictObject({
  /** Side of the result in pixels. */
  scale: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Least share of the image that the part must cover. */
  min_covered: v.optional(share, 0.1),
  /** Of the middle square that is taken when no part is found: what the crop leaves of a side of scale + crop_padding. */
  crop_padding: v.optional(share, 32),
  /** Smallest and largest share of the area. */
  crop_ratio_range: v.optional(v.tuple([v.number(), v.number()]), [0.08, 1]),
  /** Smallest and largest width / height. */
  aspect_ratio_range: v.optional(v.tuple([v.number(), v.number()]), [3 / 4, 4 / 3]),
  max_attempts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 10),
  ...resizeEntries,
  interpolation: v.optional(resizeEntries.interpolation.wrapped, 'bicubic'),
})

export interface EfficientNetRandomCropConfig extends ConfigOf<'EfficientNetRandomCrop', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    EfficientNetRandomCrop: EfficientNetRandomCropConfig
  }
}

/** A random part of the image as TensorFlow's EfficientNet chose it, resized to a square (MMPreTrain's EfficientNetRandomCrop). */
@TRANSFORMS.registerModule()
export class EfficientNetRandomCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    checkResize(options)
  }

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const image = imageOf(item)
    const { scale } = this.options
    const part = cropImage(image, chooseWindow(image.height, image.width, this.options, random))
    return withImage(item, resizeImage(part, scale, scale, this.options))
  }
}

type WindowOptions = Pick<
  v.InferOutput<typeof schema>,
  'scale' | 'min_covered' | 'crop_padding' | 'crop_ratio_range' | 'aspect_ratio_range' | 'max_attempts'
>

/** A window whose height is even between what the smallest and the largest area allow; after too many misses the middle square. */
export function chooseWindow(height: number, width: number, options: WindowOptions, random: RandomSource): Window {
  const area = height * width
  const [least, most] = options.crop_ratio_range.map((one) => one * area) as [number, number]
  const between = (low: number, high: number) => low + (high - low) * random.uniform()
  for (let attempt = 0; attempt < options.max_attempts; attempt++) {
    const ratio = between(...options.aspect_ratio_range)
    const highest = Math.min(fitting(roundToEven(Math.sqrt(most / ratio)), ratio, width), height)
    const lowest = Math.min(highest, roundToEven(Math.sqrt(least / ratio)))
    const tall = roundToEven(between(lowest, highest))
    const wide = roundToEven(tall * ratio)
    const covered = tall * wide
    if (covered < Math.max(least, options.min_covered * area) || covered > most || wide > width || tall > height) continue
    if (tall < 1 || wide < 1) continue
    return { y: random.integer(height - tall + 1), x: random.integer(width - wide + 1), height: tall, width: wide }
  }
  return efficientNetWindow(height, width, options.scale, options.crop_padding)
}

/** The height itself, or the greatest one whose width is not beyond the image's. */
function fitting(height: number, ratio: number, width: number): number {
  if (height * ratio <= width) return height
  const next = Math.trunc((width + 0.5 - 1e-7) / ratio)
  return next * ratio > width ? next - 1 : next
}
