import { type ConfigOf, type ImageArray, TRANSFORMS } from '@tessera/core'
import * as v from 'valibot'
import { Augmentation, augmentEntries } from '../augment/magnitude.js'
import { type ByteTable, mapChannels } from '../augment/perChannel.js'

const schema = v.strictObject({
  ...augmentEntries,
})

export interface EqualizeConfig extends ConfigOf<'Equalize', typeof schema> {}
declare module '@tessera/core' {
  interface TransformTypes {
    Equalize: EqualizeConfig
  }
}

/** Spreads each channel's values so that their histogram is as flat as it goes (mmcv's imequalize, Pillow's rule). */
@TRANSFORMS.registerModule()
export class Equalize extends Augmentation<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  protected override augment(image: ImageArray): ImageArray {
    return mapChannels(image, equalizing)
  }
}

function equalizing(histogram: Uint32Array): ByteTable {
  const last = histogram[histogram.findLastIndex((count) => count > 0)] ?? 0
  const step = Math.floor((histogram.reduce((a, b) => a + b, 0) - last) / 255)
  const table = new Uint8Array(256)
  let below = 0
  for (let byte = 0; byte < 256; byte++) {
    table[byte] = step === 0 ? byte : byte === 0 ? 0 : Math.min(255, Math.floor((below + Math.floor(step / 2)) / step))
    below += histogram[byte] ?? 0
  }
  return table
}
