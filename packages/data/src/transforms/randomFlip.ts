import { type ConfigOf, type ImageArray, type PipelineItem, type RandomSource, TRANSFORMS, type Transform } from '@tessera/core'
import * as v from 'valibot'
import { emptyLike, imageOf, withImage } from '../image/imageArray.js'

const schema = v.strictObject({
  prob: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  direction: v.optional(v.picklist(['horizontal', 'vertical', 'diagonal']), 'horizontal'),
})

export interface RandomFlipConfig extends ConfigOf<'RandomFlip', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomFlip: RandomFlipConfig
  }
}

/** Mirrors the image with a probability (mmcv's RandomFlip). */
@TRANSFORMS.registerModule()
export class RandomFlip implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const { prob, direction } = this.options
    const isFlipped = random.uniform() < prob
    item['flip'] = isFlipped
    item['flip_direction'] = isFlipped ? direction : null
    return isFlipped ? withImage(item, flip(imageOf(item), direction !== 'vertical', direction !== 'horizontal')) : item
  }
}

function flip(image: ImageArray, leftRight: boolean, topBottom: boolean): ImageArray {
  const { height, width, channels } = image
  const out = emptyLike(image, height, width)
  for (let y = 0; y < height; y++) {
    const fromY = topBottom ? height - 1 - y : y
    for (let x = 0; x < width; x++) {
      const from = (fromY * width + (leftRight ? width - 1 - x : x)) * channels
      for (let channel = 0; channel < channels; channel++) out.data[(y * width + x) * channels + channel] = image.data[from + channel] ?? 0
    }
  }
  return out
}
