import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { mapBytes } from '../augment/perChannel.js'

const schema = v.strictObject({
  bits: v.optional(v.nullable(v.pipe(v.number(), v.maxValue(8, 'a value has 8 bits')))),
  ...augmentEntries,
})

export interface PosterizeConfig extends ConfigOf<'Posterize', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Posterize: PosterizeConfig
  }
}

/** Keeps the upper bits of every value (mmcv's posterize); a drawn number of bits is rounded up, as timm does. */
@TRANSFORMS.registerModule()
export class Posterize extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'bits', options.bits, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const shift = 8 - Math.ceil(this.strength(this.options.bits, random))
    return mapBytes(image, (byte) => (byte >> shift) << shift)
  }
}
