import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { mapBytes } from '../augment/perChannel.js'

const schema = v.strictObject({
  /** Values from here on are inverted. */
  thr: v.optional(v.nullable(v.number())),
  ...augmentEntries,
})

export interface SolarizeConfig extends ConfigOf<'Solarize', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Solarize: SolarizeConfig
  }
}

/** Inverts what is at least as bright as a threshold (mmcv's solarize). */
@TRANSFORMS.registerModule()
export class Solarize extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'thr', options.thr, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const threshold = this.strength(this.options.thr, random)
    return mapBytes(image, (byte) => (byte < threshold ? byte : 255 - byte))
  }
}
