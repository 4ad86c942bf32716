import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { padValue, padValues } from '../augment/padValue.js'
import { WARP_INTERPOLATIONS, warpAffine } from '../image/warpAffine.js'

const schema = v.strictObject({
  magnitude: v.optional(v.nullable(v.number())),
  /** What comes in from outside: one value, or one a channel. */
  pad_val: v.optional(padValue, 128),
  direction: v.optional(v.picklist(['horizontal', 'vertical']), 'horizontal'),
  interpolation: v.optional(v.picklist(WARP_INTERPOLATIONS), 'bicubic'),
  ...augmentEntries,
})

export interface ShearConfig extends ConfigOf<'Shear', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Shear: ShearConfig
  }
}

/** Slants the image (mmcv's imshear). */
@TRANSFORMS.registerModule()
export class Shear extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'magnitude', options.magnitude, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const { direction, pad_val, interpolation } = this.options
    const slant = Math.fround(this.signedStrength(this.options.magnitude, random))
    const matrix = direction === 'horizontal' ? ([1, slant, 0, 0, 1, 0] as const) : ([1, 0, 0, slant, 1, 0] as const)
    return warpAffine(image, matrix, interpolation, padValues(pad_val, image.channels))
  }
}
