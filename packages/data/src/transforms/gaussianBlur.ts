import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { gaussianBlur } from '../augment/gaussianBlur.js'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'

const schema = v.strictObject({
  /** Standard deviation in pixels. */
  radius: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0)))),
  ...augmentEntries,
})

export interface GaussianBlurConfig extends ConfigOf<'GaussianBlur', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    GaussianBlur: GaussianBlurConfig
  }
}

/** Pillow's Gaussian blur: three box blurs along each axis. */
@TRANSFORMS.registerModule()
export class GaussianBlur extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'radius', options.radius, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    return gaussianBlur(image, this.strength(this.options.radius, random))
  }
}
