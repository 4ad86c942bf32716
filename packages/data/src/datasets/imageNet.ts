import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem } from '@tessera/core'
import * as v from 'valibot'
import { CustomDataset, customDatasetEntries, type Place } from './customDataset.js'

const CLASSES = new URL('../../assets/imagenet_classes.txt', import.meta.url)

const schema = v.strictObject({
  ...customDatasetEntries,
  /** Sets `data_prefix`, and `ann_file` where meta/SPLIT.txt exists; test images have no labels. */
  split: v.optional(v.picklist(['', 'train', 'val', 'test']), ''),
  extensions: v.optional(v.array(v.string()), ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif']),
})

export interface ImageNetConfig extends ConfigOf<'ImageNet', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    ImageNet: ImageNetConfig
  }
}

/** ILSVRC 2012 in folders or listed in meta/*.txt, with its 1,000 class names (MMPreTrain's ImageNet). */
@DATASETS.registerModule()
export class ImageNet extends CustomDataset<v.InferOutput<typeof schema>> {
  static override readonly schema: v.GenericSchema = schema

  protected override place(): Place {
    const { data_root, ann_file, split, with_label } = this.options
    const data_prefix = this.folder
    if (split === '') return { data_prefix, ann_file, with_label }
    const listed = join('meta', `${split}.txt`)
    return {
      data_prefix: data_prefix === '' ? split : data_prefix,
      ann_file: ann_file === '' && existsSync(join(data_root, listed)) ? listed : ann_file,
      with_label: with_label && split !== 'test',
    }
  }

  protected override loadDataList(): { list: PipelineItem[]; metainfo: MetaInfo } {
    const loaded = super.loadDataList()
    const classes = readFileSync(CLASSES, 'utf8').trimEnd().split('\n')
    const { classes: found } = loaded.metainfo
    // Listed images come without folders to count.
    if (found === undefined || found.length === classes.length) return { ...loaded, metainfo: { ...loaded.metainfo, classes } }
    // A part of ImageNet is not an error; names that belong to other folders would be.
    this.logger.warning(`ImageNet has ${classes.length} classes, this folder ${found.length}: they keep their folders' names`)
    return loaded
  }
}
