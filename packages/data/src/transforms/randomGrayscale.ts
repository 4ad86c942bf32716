import {
  type ConfigOf,
  type ImageArray,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
} from '@tessera/core'
import * as v from 'valibot'
import { probability } from '../augment/magnitude.js'
import { bytesOf } from '../augment/perChannel.js'
import { imageOf, withImage } from '../image/imageArray.js'

const schema = v.strictObject({
  prob: v.optional(probability, 0.1),
  /** The grey image keeps the number of channels. */
  keep_channels: v.optional(v.boolean(), false),
  /** What each channel counts, in the image's order; made to add up to 1. */
  channel_weights: v.optional(v.pipe(v.array(v.number()), v.nonEmpty()), [1, 1, 1]),
  /** Of no effect besides 'hsv', which is not offered: weights stand in the image's order. */
  color_format: v.optional(v.picklist(['bgr', 'rgb']), 'bgr'),
})

export interface RandomGrayscaleConfig extends ConfigOf<'RandomGrayscale', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomGrayscale: RandomGrayscaleConfig
  }
}

/** Grey by chance (mmcv's RandomGrayscale). */
@TRANSFORMS.registerModule()
export class RandomGrayscale implements Transform {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {}

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    const image = imageOf(item)
    if (random.uniform() >= this.options.prob || image.channels === 1) return item
    return withImage(item, this.greyOf(image))
  }

  private greyOf(image: ImageArray): ImageArray {
    const { channel_weights: given, keep_channels: keep } = this.options
    const { height, width, channels } = image
    if (given.length !== channels) {
      throw new TesseraError('SHAPE_MISMATCH', {
        what: 'channel_weights has one number for each channel',
        path: 'channel_weights',
        got: given,
        expected: `${channels} numbers`,
      })
    }
    const sum = given.reduce((a, b) => a + b, 0)
    const weights = given.map((weight) => weight / sum)
    const bytes = bytesOf(image)
    const outChannels = keep ? channels : 1
    const data = new Uint8Array(height * width * outChannels)
    for (let pixel = 0; pixel < height * width; pixel++) {
      let grey = 0
      for (const [channel, weight] of weights.entries()) grey += weight * (bytes[pixel * channels + channel] ?? 0)
      data.fill(Math.trunc(grey), pixel * outChannels, (pixel + 1) * outChannels)
    }
    return { data, height, width, channels: outChannels }
  }
}
