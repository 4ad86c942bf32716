import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { padValue, padValues } from '../augment/padValue.js'
import { WARP_INTERPOLATIONS, warpAffine } from '../image/warpAffine.js'

const schema = v.strictObject({
  /** Share of the width or height; 1 moves everything out of sight. */
  magnitude: v.optional(v.nullable(v.number())),
  /** What comes in from outside: one value, or one a channel. */
  pad_val: v.optional(padValue, 128),
  direction: v.optional(v.picklist(['horizontal', 'vertical']), 'horizontal'),
  interpolation: v.optional(v.picklist(WARP_INTERPOLATIONS), 'nearest'),
  ...augmentEntries,
})

export interface TranslateConfig extends ConfigOf<'Translate', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Translate: TranslateConfig
  }
}

/** Moves the image by a share of its size (mmcv's imtranslate). */
@TRANSFORMS.registerModule()
export class Translate extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'magnitude', options.magnitude, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const { direction, pad_val, interpolation } = this.options
    const share = this.signedStrength(this.options.magnitude, random)
    const matrix =
      direction === 'horizontal'
        ? ([1, 0, Math.fround(share * image.width), 0, 1, 0] as const)
        : ([1, 0, 0, 0, 1, Math.fround(share * image.height)] as const)
    return warpAffine(image, matrix, interpolation, padValues(pad_val, image.channels))
  }
}
