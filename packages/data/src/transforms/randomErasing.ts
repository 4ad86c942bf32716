import {
  type ConfigOf,
  configPath,
  type ImageArray,
  type PipelineItem,
  type RandomSource,
  TesseraError,
  TRANSFORMS,
  type Transform,
} from '@tessera/core'
import * as v from 'valibot'
import { fillWindow } from '../augment/fillWindow.js'
import { probability } from '../augment/magnitude.js'
import { padValue, padValues } from '../augment/padValue.js'
import type { Window } from '../image/cropImage.js'
import { imageOf, withImage } from '../image/imageArray.js'
import { roundToEven } from '../image/roundToEven.js'

const ratio = v.pipe(v.number(), v.gtValue(0))

const schema = v.strictObject({
  erase_prob: v.optional(probability, 0.5),
  /** Smallest and largest share of the area. */
  min_area_ratio: v.optional(probability, 0.02),
  max_area_ratio: v.optional(probability, 0.4),
  /** Smallest and largest height / width; one number stands for itself and its inverse. */
  aspect_range: v.optional(v.union([ratio, v.tuple([ratio, ratio])]), [3 / 10, 10 / 3]),
  /** 'const': `fill_color`; 'rand': noise, uniform or (with `fill_std`) normal around `fill_color`. */
  mode: v.optional(v.picklist(['const', 'rand']), 'const'),
  fill_color: v.optional(padValue, [128, 128, 128]),
  fill_std: v.optional(v.nullable(padValue)),
})

export interface RandomErasingConfig extends ConfigOf<'RandomErasing', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    RandomErasing: RandomErasingConfig
  }
}

/** Covers a random rectangle (Zhong et al. 2017, arXiv 1708.04896; MMPreTrain's RandomErasing). */
@TRANSFORMS.registerModule()
export class RandomErasing implements Transform {
  static readonly schema = schema
  private readonly aspects: readonly [number, number]

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    const { aspect_range: aspect, min_area_ratio: least, max_area_ratio: most } = options
    this.aspects = typeof aspect === 'number' ? [Math.min(aspect, 1 / aspect), Math.max(aspect, 1 / aspect)] : aspect
    const wrong = least > most ? { path: 'min_area_ratio', got: [least, most] } : { path: 'aspect_range', got: this.aspects }
    if (least <= most && this.aspects[0] <= this.aspects[1]) return
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'a range begins with its smaller end',
      ...wrong,
      path: [configPath(options), wrong.path].filter(Boolean).join('.'),
      expected: 'the smaller number first',
    })
  }

  transform(item: PipelineItem, random: RandomSource): PipelineItem {
    if (random.uniform() > this.options.erase_prob) return item
    const image = imageOf(item)
    return withImage(item, fillWindow(image, this.chooseWindow(image, random), this.filling(image.channels, random)))
  }

  private chooseWindow({ height, width }: ImageArray, random: RandomSource): Window {
    const [low, high] = this.aspects
    const { min_area_ratio: least, max_area_ratio: most } = this.options
    const aspect = Math.exp(Math.log(low) + (Math.log(high) - Math.log(low)) * random.uniform())
    const area = height * width * (least + (most - least) * random.uniform())
    const tall = Math.min(roundToEven(Math.sqrt(area * aspect)), height)
    const wide = Math.min(roundToEven(Math.sqrt(area / aspect)), width)
    return {
      y: height > tall ? random.integer(height - tall) : 0,
      x: width > wide ? random.integer(width - wide) : 0,
      height: tall,
      width: wide,
    }
  }

  private filling(channels: number, random: RandomSource): (channel: number) => number {
    const { mode, fill_color, fill_std } = this.options
    if (mode === 'rand' && fill_std == null) return () => Math.floor(random.uniform() * 256)
    const color = padValues(typeof fill_color === 'number' ? fill_color : fill_color.slice(0, channels), channels)
    if (mode === 'const' || fill_std == null) return (channel) => Math.trunc(color[channel] ?? 0)
    const deviation = padValues(fill_std, channels)
    return (channel) => Math.min(255, Math.max(0, Math.trunc((color[channel] ?? 0) + (deviation[channel] ?? 0) * random.normal())))
  }
}
