import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import { readPickledDict } from '@tessera/nn'
import * as v from 'valibot'
import { BaseDataset } from './baseDataset.js'
import { archiveEntries, archiveFolder } from './localArchive.js'
import { readDatasetFile, readDatasetLines } from './readDatasetFile.js'

const SIDE = 32
const PLANE = SIDE * SIDE
const IMAGE = 3 * PLANE

export const cifarSchema = v.strictObject({
  ...archiveEntries,
  split: v.optional(v.picklist(['train', 'test']), 'train'),
})
type Options = v.InferOutput<typeof cifarSchema>

interface CIFAR10Config extends ConfigOf<'CIFAR10', typeof cifarSchema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    CIFAR10: CIFAR10Config
  }
}

/** Where one of the two keeps what. */
export interface CifarFiles {
  /** The folder of the archive for Python, and of the binary one. */
  readonly pickled: string
  readonly binary: string
  readonly train: readonly string[]
  readonly test: readonly string[]
  /** Of the binary archive: the file of the class names, and label bytes before an image, of which the last counts. */
  readonly names: string
  readonly labelBytes: number
  /** Of the archive for Python. */
  readonly labels: string
  readonly namesFile: string
  readonly namesKey: string
}

/** 32×32 photographs in ten classes (Krizhevsky 2009): the archive for Python or the binary one, unpacked. Red, green, blue. */
@DATASETS.registerModule()
export class CIFAR10 extends BaseDataset<Options> {
  static readonly schema = cifarSchema

  protected get files(): CifarFiles {
    return {
      pickled: 'cifar-10-batches-py',
      binary: 'cifar-10-batches-bin',
      train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}`),
      test: ['test_batch'],
      names: 'batches.meta.txt',
      labelBytes: 1,
      labels: 'labels',
      namesFile: 'batches.meta',
      namesKey: 'label_names',
    }
  }

  protected override loadDataList(): { list: PipelineItem[]; metainfo: MetaInfo } {
    const { split } = this.options
    const folder = archiveFolder(this.options)
    const { files } = this
    const isBinary = !existsSync(join(folder, files.pickled)) && existsSync(join(folder, files.binary))
    const list = files[split].flatMap((name) => {
      if (isBinary) return this.binaryBatch(join(folder, files.binary, `${name}.bin`))
      return this.pickledBatch(join(folder, files.pickled, name))
    })
    return { list, metainfo: { classes: this.classNames(folder, isBinary) } }
  }

  private binaryBatch(path: string): PipelineItem[] {
    const bytes = readDatasetFile(path, this.constructor.name)
    const { labelBytes } = this.files
    const record = labelBytes + IMAGE
    if (bytes.length === 0 || bytes.length % record !== 0) throw this.damaged(path, `${bytes.length} bytes`, `a multiple of ${record}`)
    return Array.from({ length: bytes.length / record }, (_, i) => {
      const at = i * record + labelBytes
      return sample(bytes.subarray(at, at + IMAGE), bytes[at - 1] ?? 0)
    })
  }

  private pickledBatch(path: string): PipelineItem[] {
    const batch = readPickledDict(readDatasetFile(path, this.constructor.name), path)
    const [data, labels] = [batch.get('data'), batch.get(this.files.labels)]
    if (data === undefined || !('bytes' in data) || data.bytes.length % IMAGE !== 0)
      throw this.damaged(path, [...batch.keys()], `'data', an array of images of ${IMAGE} bytes`)
    const count = data.bytes.length / IMAGE
    if (labels === undefined || !('length' in labels) || labels.length !== count)
      throw this.damaged(path, [...batch.keys()], `'${this.files.labels}', a number for each of the ${count} images`)
    return Array.from({ length: count }, (_, i) => {
      const label = labels[i]
      if (typeof label !== 'number') throw this.damaged(path, label, 'a number for each image')
      return sample(data.bytes.subarray(i * IMAGE, (i + 1) * IMAGE), label)
    })
  }

  private classNames(folder: string, isBinary: boolean): string[] {
    const { files } = this
    if (isBinary) return readDatasetLines(join(folder, files.binary, files.names), this.constructor.name)
    const path = join(folder, files.pickled, files.namesFile)
    const names = readPickledDict(readDatasetFile(path, this.constructor.name), path).get(files.namesKey)
    if (names === undefined || !('length' in names)) throw this.damaged(path, names, `'${files.namesKey}', the class names`)
    return names.map(String)
  }

  private damaged(path: string, got: unknown, expected: string): TesseraError {
    return new TesseraError('DATA_INVALID', { what: `a file of ${this.constructor.name} is damaged`, path, got, expected })
  }
}

/** @param planes red, green, blue, each row by row */
function sample(planes: Uint8Array, gt_label: number): PipelineItem {
  const data = new Uint8Array(IMAGE)
  for (let place = 0; place < PLANE; place++)
    for (let channel = 0; channel < 3; channel++) data[3 * place + channel] = planes[channel * PLANE + place] ?? 0
  return { img: { data, height: SIDE, width: SIDE, channels: 3 }, img_shape: [SIDE, SIDE], ori_shape: [SIDE, SIDE], gt_label }
}
