import { type ConfigOf, type ImageArray, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries } from '../augment/magnitude.js'
import { mapBytes } from '../augment/perChannel.js'

const schema = v.strictObject({
  ...augmentEntries,
})

export interface InvertConfig extends ConfigOf<'Invert', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Invert: InvertConfig
  }
}

/** The negative: 255 minus each value (mmcv's iminvert). */
@TRANSFORMS.registerModule()
export class Invert extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  protected override augment(image: ImageArray): ImageArray {
    return mapBytes(image, (byte) => 255 - byte)
  }
}
