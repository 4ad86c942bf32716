import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseDataset, baseDatasetEntries } from './baseDataset.js'

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif', '.webp']

export const customDatasetEntries = {
  ...baseDatasetEntries,
  /** The folder that holds a folder for each class. */
  data_root: v.string(),
  /** A folder below `data_root` that is meant instead, by itself or as MMEngine's `{ img_path }`. */
  data_prefix: v.optional(v.union([v.string(), v.strictObject({ img_path: v.string() })]), ''),
  /** A text file below `data_root`, a line an image: its path below the folder, and its class index. Without it the folders are the classes. */
  ann_file: v.optional(v.string(), ''),
  with_label: v.optional(v.boolean(), true),
  extensions: v.optional(v.array(v.string()), EXTENSIONS),
  /** Class names in order; the folders' names, sorted, when absent. */
  classes: v.optional(v.array(v.string())),
}

const schema = v.strictObject(customDatasetEntries)
export type CustomDatasetOptions = v.InferOutput<typeof schema>

/** Where the images and their labels are. */
export interface Place {
  readonly data_prefix: string
  readonly ann_file: string
  readonly with_label: boolean
}

export interface CustomDatasetConfig extends ConfigOf<'CustomDataset', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    CustomDataset: CustomDatasetConfig
  }
}

/** Images in folders, one a class, or listed in a text file (MMPreTrain's CustomDataset). */
@DATASETS.registerModule()
export class CustomDataset<TOptions extends CustomDatasetOptions = CustomDatasetOptions> extends BaseDataset<TOptions> {
  static readonly schema: v.GenericSchema = schema

  protected place(): Place {
    return { ...this.options, data_prefix: this.folder }
  }

  /** `data_prefix` as one folder's name. */
  protected get folder(): string {
    const { data_prefix: given } = this.options
    return typeof given === 'string' ? given : given.img_path
  }

  protected override loadDataList(): { list: PipelineItem[]; metainfo: MetaInfo } {
    const { data_root } = this.options
    const { data_prefix, ann_file, with_label } = this.place()
    const root = join(data_root, data_prefix)
    if (!existsSync(root) || !statSync(root).isDirectory()) {
      throw new TesseraError('DATA_NOT_FOUND', {
        what: 'there is no such folder of images',
        path: root,
        hint: 'Set data_root in the config, or by --cfg-options.',
      })
    }
    if (ann_file !== '')
      return {
        list: this.listed(root, join(data_root, ann_file), with_label),
        metainfo: this.options.classes === undefined ? {} : { classes: this.options.classes },
      }
    return with_label ? this.folders(root) : { list: this.images(root).map((img_path) => ({ img_path })), metainfo: {} }
  }

  private folders(root: string): { list: PipelineItem[]; metainfo: MetaInfo } {
    const found = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort()
    const classes = this.options.classes ?? found
    if (classes.length !== found.length) {
      throw new TesseraError('DATA_INVALID', {
        what: 'the number of class folders and of classes differ',
        path: root,
        got: `${found.length} folders`,
        expected: `${classes.length} classes`,
      })
    }
    const list: PipelineItem[] = []
    for (const [gt_label, folder] of found.entries()) {
      const images = this.images(join(root, folder))
      if (images.length === 0) this.logger.warning(`${join(root, folder)}: a class without images`)
      for (const img_path of images) list.push({ img_path, gt_label })
    }
    if (list.length === 0) {
      throw new TesseraError('DATA_INVALID', {
        what: 'no images in the folder',
        path: root,
        got: `${found.length} class folders`,
        expected: `files ending in ${this.options.extensions.join(', ')}`,
      })
    }
    return { list, metainfo: { classes } }
  }

  /** All images below a folder, sorted. */
  private images(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && this.options.extensions.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  }

  private listed(root: string, file: string, withLabel: boolean): PipelineItem[] {
    if (!existsSync(file)) throw new TesseraError('DATA_NOT_FOUND', { what: 'there is no such annotation file', path: file })
    const lines = readFileSync(file, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
    return lines.map((line, index) => {
      const at = line.lastIndexOf(' ')
      const img_path = join(root, withLabel ? line.slice(0, at) : line)
      if (!withLabel) return { img_path }
      const gt_label = Number(line.slice(at + 1))
      if (at < 0 || !Number.isInteger(gt_label) || gt_label < 0)
        throw new TesseraError('DATA_INVALID', {
          what: 'an annotation is an image and its class index',
          path: `${file}:${index + 1}`,
          got: line,
        })
      return { img_path, gt_label }
    })
  }
}
