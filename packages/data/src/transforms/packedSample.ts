import type { PackedSample } from '@tessera/core'
import { isImageArray } from '../image/imageArray.js'

/** Whether a pipeline's last record is what a loader can batch. */
export function isPackedSample(item: object): item is PackedSample {
  if (!('inputs' in item) || !('data_samples' in item)) return false
  const { inputs, data_samples } = item
  return isImageArray(inputs) && typeof data_samples === 'object' && data_samples !== null && 'metainfo' in data_samples
}
