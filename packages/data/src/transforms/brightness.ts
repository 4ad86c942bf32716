import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { adjustBrightness } from '../augment/adjust.js'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'

const schema = v.strictObject({
  /** 0 leaves the image as it is; the factor is 1 + magnitude. */
  magnitude: v.optional(v.nullable(v.number())),
  ...augmentEntries,
})

export interface BrightnessConfig extends ConfigOf<'Brightness', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Brightness: BrightnessConfig
  }
}

/** Blends with black (mmcv's adjust_brightness). */
@TRANSFORMS.registerModule()
export class Brightness extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'magnitude', options.magnitude, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    return adjustBrightness(image, 1 + this.signedStrength(this.options.magnitude, random))
  }
}
