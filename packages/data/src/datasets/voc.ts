import { join } from 'node:path'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseDataset, baseDatasetEntries } from './baseDataset.js'
import { readDatasetFile, readDatasetLines } from './readDatasetFile.js'

const CLASSES =
  'aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor'

const PLACES = { img_path: 'JPEGImages', ann_path: 'Annotations' } as const

const schema = v.strictObject({
  ...baseDatasetEntries,
  /** The folder of one year, `VOC2007`. */
  data_root: v.string(),
  /** Sets `image_set_path`. */
  split: v.optional(v.picklist(['', 'train', 'val', 'trainval', 'test']), 'trainval'),
  /** The file below `data_root` that lists the images; default `ImageSets/Main/SPLIT.txt`. */
  image_set_path: v.optional(v.string(), ''),
  /** Folders below `data_root`. Without `ann_path`, images have no labels. */
  data_prefix: v.optional(v.union([v.string(), v.strictObject({ img_path: v.string(), ann_path: v.nullish(v.string()) })]), PLACES),
})
type Options = v.InferOutput<typeof schema>

interface VOCConfig extends ConfigOf<'VOC', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    VOC: VOCConfig
  }
}

/** PASCAL VOC's images and the classes of the objects in each; `gt_label_difficult` has those of the hard ones (Everingham et al. 2010). */
@DATASETS.registerModule()
export class VOC extends BaseDataset<Options> {
  static readonly schema = schema

  protected override classMetainfo(): MetaInfo {
    return { classes: CLASSES.split(' ') }
  }

  protected override loadDataList(): { list: PipelineItem[] } {
    const { data_root: root, split, image_set_path: given } = this.options
    if (given === '' && split === '')
      throw new TesseraError('INVALID_OPTIONS', { what: 'VOC needs a split or an image_set_path', got: { split, image_set_path: given } })
    const { img_path: images, ann_path: annotations } = this.places
    const index = new Map(CLASSES.split(' ').map((name, i) => [name, i]))
    const list = readDatasetLines(join(root, given === '' ? `ImageSets/Main/${split}.txt` : given), 'VOC').map((line) => {
      const id = line.trim()
      const img_path = join(root, images, `${id}.jpg`)
      if (!annotations) return { img_path }
      const path = join(root, annotations, `${id}.xml`)
      const objects = objectsOf(readDatasetFile(path, 'VOC').toString('utf8'), path)
      const labels = (isDifficult: boolean) => {
        const found = objects.flatMap((one) => (one.isDifficult === isDifficult ? (index.get(one.name) ?? []) : []))
        return [...new Set(found)].sort((a, b) => a - b)
      }
      return { img_path, gt_label: labels(false), gt_label_difficult: labels(true) }
    })
    return { list }
  }

  private get places(): { img_path: string; ann_path?: string | null | undefined } {
    const { data_prefix: given, split, test_mode: isTest } = this.options
    const places = given === '' ? PLACES : typeof given === 'string' ? { img_path: given } : given
    const mayLack = isTest && (split === '' || split === 'val' || split === 'test')
    if ('ann_path' in places && places.ann_path) return places
    if (mayLack) return { img_path: places.img_path }
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'training on VOC needs its annotations',
      path: 'data_prefix',
      got: given,
      expected: "{ img_path, ann_path: 'Annotations' }",
    })
  }
}

/** Of each object its first name: parts, which come later, have names of their own. */
function objectsOf(xml: string, path: string): { name: string; isDifficult: boolean }[] {
  if (!xml.includes('</annotation>')) throw new TesseraError('DATA_INVALID', { what: 'a file of VOC is no annotation', path })
  return [...xml.matchAll(/<object>([\s\S]*?)<\/object>/g)].map(([, content = '']) => {
    const name = /<name>\s*([^<]*?)\s*<\/name>/.exec(content)?.[1]
    if (name === undefined) throw new TesseraError('DATA_INVALID', { what: 'an object in an annotation of VOC has no name', path })
    return { name, isDifficult: Number(/<difficult>\s*(\d)\s*<\/difficult>/.exec(content)?.[1] ?? 0) > 0 }
  })
}
