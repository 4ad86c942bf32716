import { join } from 'node:path'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseDataset, baseDatasetEntries } from './baseDataset.js'
import { readDatasetLines } from './readDatasetFile.js'

const schema = v.strictObject({
  ...baseDatasetEntries,
  /** The folder that holds `images`, `images.txt`, `image_class_labels.txt` and `train_test_split.txt`. */
  data_root: v.string(),
  split: v.optional(v.picklist(['train', 'test']), 'train'),
})
type Options = v.InferOutput<typeof schema>

interface CUBConfig extends ConfigOf<'CUB', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    CUB: CUBConfig
  }
}

/** 11,788 photographs of birds of 200 species (Wah et al. 2011). Class names are those of the folders. */
@DATASETS.registerModule()
export class CUB extends BaseDataset<Options> {
  static readonly schema = schema

  protected override loadDataList(): { list: PipelineItem[]; metainfo: MetaInfo } {
    const images = this.table('images.txt')
    const labels = this.table('image_class_labels.txt')
    const splits = this.table('train_test_split.txt')
    const wanted = this.options.split === 'train' ? '1' : '0'
    const classes: string[] = []
    const list = [...images].flatMap(([id, image]): PipelineItem[] => {
      const [label, split] = [Number(labels.get(id)) - 1, splits.get(id)]
      if (!Number.isInteger(label) || label < 0 || split === undefined) {
        throw new TesseraError('DATA_INVALID', {
          what: 'an image of CUB is not in all three lists',
          path: this.options.data_root,
          got: `image ${id}: ${image}`,
        })
      }
      classes[label] = (image.split('/')[0] ?? '').replace(/^\d+\./, '')
      return split === wanted ? [{ img_path: join(this.options.data_root, 'images', image), gt_label: label }] : []
    })
    return { list, metainfo: { classes: Array.from(classes, (name, label) => name ?? String(label)) } }
  }

  /** Lines of an image's number and something about it. */
  private table(name: string): Map<string, string> {
    const lines = readDatasetLines(join(this.options.data_root, name), 'CUB')
    return new Map(lines.map((line) => line.trim().split(/\s+/, 2) as [string, string]))
  }
}
