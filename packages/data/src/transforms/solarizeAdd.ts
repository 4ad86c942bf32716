import { type ConfigOf, type ImageArray, type RandomSource, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries, checkStrength } from '../augment/magnitude.js'
import { mapBytes } from '../augment/perChannel.js'

const schema = v.strictObject({
  /** What is added. */
  magnitude: v.optional(v.nullable(v.number())),
  thr: v.optional(v.number(), 128),
  ...augmentEntries,
})

export interface SolarizeAddConfig extends ConfigOf<'SolarizeAdd', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    SolarizeAdd: SolarizeAddConfig
  }
}

/** Brightens what is darker than a threshold (MMPreTrain's SolarizeAdd). */
@TRANSFORMS.registerModule()
export class SolarizeAdd extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  constructor(options: v.InferOutput<typeof schema>) {
    super(options)
    checkStrength(options, 'magnitude', options.magnitude, options.magnitude_range)
  }

  protected override augment(image: ImageArray, random: RandomSource): ImageArray {
    const magnitude = this.strength(this.options.magnitude, random)
    return mapBytes(image, (byte) => (byte < this.options.thr ? byte + magnitude : byte))
  }
}
