import { type ConfigOf, type ImageArray, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries } from '../augment/magnitude.js'
import { mapChannels } from '../augment/perChannel.js'

const schema = v.strictObject({
  ...augmentEntries,
})

export interface AutoContrastConfig extends ConfigOf<'AutoContrast', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    AutoContrast: AutoContrastConfig
  }
}

/** Stretches each channel so that its darkest value becomes 0 and its lightest 255 (mmcv's auto_contrast). */
@TRANSFORMS.registerModule()
export class AutoContrast extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  protected override augment(image: ImageArray): ImageArray {
    return mapChannels(image, (histogram) => {
      const low = histogram.findIndex((count) => count > 0)
      const high = histogram.findLastIndex((count) => count > 0)
      if (low >= high) return Uint8Array.from({ length: 256 }, (_, byte) => byte)
      const scale = 255 / (high - low)
      return Uint8Array.from({ length: 256 }, (_, byte) => Math.min(Math.max(byte * scale - low * scale, 0), 255))
    })
  }
}
