import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { fillWindow } from '../augment/fillWindow.js'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { padValue, padValues } from '../augment/padValue.js'

const schema = v.strictObject({
  /** Height and width in pixels; one number for both. */
  shape: v.optional(v.nullable(v.union([v.number(), v.tuple([v.number(), v.number()])]))),
  /** What comes in from outside: one value, or one a channel. */
  pad_val: v.optional(padValue, 128),
  ...augmentEntries,
})

export interface CutoutConfig extends ConfigOf<'Cutout', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Cutout: CutoutConfig
  }
}

/** Covers a rectangle at a random place (DeVries & Taylor 2017, arXiv 1708.04552; mmcv's cutout). */
@TRANSFORMS.registerModule()
export class Cutout extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'shape', options.shape, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const { shape, pad_val } = this.options
    const side = Array.isArray(shape) ? shape : Math.trunc(this.strength(shape, random))
    const [height, width] = typeof side === 'number' ? [side, side] : side
    const top = Math.trunc(Math.max(0, random.uniform() * image.height - height / 2))
    const left = Math.trunc(Math.max(0, random.uniform() * image.width - width / 2))
    const fill = padValues(pad_val, image.channels)
    return fillWindow(image, { y: top, x: left, height, width }, (channel) => fill[channel] ?? 0)
  }
}
