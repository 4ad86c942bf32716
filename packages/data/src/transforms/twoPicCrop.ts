import { type ConfigOf, type PipelineItem, type RandomSource, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { cropImage, type Window } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { centredWindow, randomSize } from '../image/randomWindow.js'
import { cv2Resize } from '../resize/cv2Resize.js'
import { CV2_INTERPOLATIONS } from '../resize/cv2Taps.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const size = v.union([count, v.tuple([count, count])])
const range = v.tuple([v.number(), v.number()])

const schema = v.strictObject({
  /** Of the first image: one number, or [width, height]. */
  size,
  /** Of the second; without it there is none. */
  second_size: v.nullish(size),
  /** Smallest and largest share of the area. */
  scale: v.optional(range, [0.08, 1]),
  /** Smallest and largest width / height. */
  ratio: v.optional(range, [3 / 4, 4 / 3]),
  /** 'random' draws bilinear or bicubic for each image. */
  interpolation: v.optional(v.picklist([...CV2_INTERPOLATIONS, 'random']), 'bilinear'),
  /** How the second image is resized. */
  second_interpolation: v.optional(v.picklist(CV2_INTERPOLATIONS), 'lanczos'),
})

export interface TwoPicCropConfig extends ConfigOf<'RandomResizedCropAndInterpolationWithTwoPic', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomResizedCropAndInterpolationWithTwoPic: TwoPicCropConfig
  }
}

const ATTEMPTS = 10

/** One random part of the image at two sizes: what the model sees, and what its target is made of (BEiT; MMPreTrain's transform of this name). */
@TRANSFORMS.registerModule({ name: 'RandomResizedCropAndInterpolationWithTwoPic' })
export class TwoPicCrop implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { size: first, second_size: second, interpolation: given, second_interpolation: other } = this.options
    const image = imageOf(item)
    const part = cropImage(image, this.chooseWindow(image.height, image.width, random))
    const interpolation = given === 'random' ? (random.integer(2) === 0 ? 'bilinear' : 'bicubic') : given
    const [width, height] = pairOf(first)
    const seen = cv2Resize(part, height, width, interpolation)
    withImage(item, seen)
    if (second != null) item['img'] = [seen, cv2Resize(part, pairOf(second)[1], pairOf(second)[0], other)]
    return item
  }

  private chooseWindow(height: number, width: number, random: RandomSource): Window {
    const { scale: area, ratio } = this.options
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const window = randomSize(height, width, { area, ratio }, random)
      // As the reference has it, a part is smaller than the image on both sides.
      if (window.width < 1 || window.height < 1 || window.width >= width || window.height >= height) continue
      return { ...window, y: random.integer(height - window.height), x: random.integer(width - window.width) }
    }
    return centredWindow(height, width, ratio)
  }
}

function pairOf(given: number | readonly [number, number]): readonly [number, number] {
  return typeof given === 'number' ? [given, given] : given
}
