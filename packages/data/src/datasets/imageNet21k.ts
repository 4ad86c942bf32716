import { type ConfigOf, DATASETS } from '@tessera/core'
import * as v from 'valibot'
import { CustomDataset, customDatasetEntries, type Place } from './customDataset.js'

const schema = v.strictObject({
  ...customDatasetEntries,
  /** Sets `data_prefix`; there is only the one. */
  split: v.optional(v.picklist(['', 'train']), ''),
  /** Only false is offered. */
  multi_label: v.optional(v.literal(false), false),
  extensions: v.optional(v.array(v.string()), ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif']),
})

interface ImageNet21kConfig extends ConfigOf<'ImageNet21k', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    ImageNet21k: ImageNet21kConfig
  }
}

/** ImageNet-21k in folders, one a class, or listed in a text file (MMPreTrain's ImageNet21k). */
@DATASETS.registerModule()
export class ImageNet21k extends CustomDataset<v.InferOutput<typeof schema>> {
  static override readonly schema: v.GenericSchema = schema

  protected override place(): Place {
    return { ...this.options, data_prefix: this.folder === '' ? this.options.split : this.folder }
  }
}
