import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseDataset } from './baseDataset.js'
import { archiveEntries, archiveFolder } from './localArchive.js'
import { readDatasetFile } from './readDatasetFile.js'

export const mnistSchema = v.strictObject({
  ...archiveEntries,
  /** Default: test where `test_mode` is on, as MMPreTrain's recipes expect, else train. */
  split: v.optional(v.picklist(['train', 'test'])),
})
type Options = v.InferOutput<typeof mnistSchema>

interface MNISTConfig extends ConfigOf<'MNIST', typeof mnistSchema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    MNIST: MNISTConfig
  }
}

/** The 70,000 handwritten digits in their original files (LeCun et al. 1998): 28×28, grey, ink bright on black. */
@DATASETS.registerModule()
export class MNIST extends BaseDataset<Options> {
  static readonly schema = mnistSchema

  protected override classMetainfo(): MetaInfo {
    const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
    return { classes: names.map((name, digit) => `${digit} - ${name}`) }
  }

  protected override loadDataList(): { list: PipelineItem[] } {
    const { split, test_mode: isTest } = this.options
    const folder = archiveFolder(this.options)
    const name = (split ?? (isTest ? 'test' : 'train')) === 'train' ? 'train' : 't10k'
    const images = this.read(folder, `${name}-images-idx3-ubyte`, 3)
    const labels = this.read(folder, `${name}-labels-idx1-ubyte`, 1)
    const [count = 0, height = 0, width = 0] = images.sizes
    if (count !== labels.sizes[0]) {
      throw new TesseraError('DATA_INVALID', {
        what: `the files of ${this.constructor.name} do not belong together`,
        path: folder,
        got: `${count} images, ${labels.sizes[0]} labels`,
      })
    }
    const list = Array.from(labels.bytes, (gt_label, i) => {
      const data = images.bytes.subarray(i * height * width, (i + 1) * height * width)
      return { img: { data, height, width, channels: 1 }, img_shape: [height, width], ori_shape: [height, width], gt_label }
    })
    return { list }
  }

  /** A file of bytes in so many dimensions: 0, 0, 8, their number, their sizes, the content. */
  private read(folder: string, name: string, rank: number): { sizes: number[]; bytes: Uint8Array } {
    const plain = join(folder, name)
    const path = !existsSync(plain) && existsSync(`${plain}.gz`) ? `${plain}.gz` : plain
    const stored = readDatasetFile(path, this.constructor.name)
    const bytes = path.endsWith('.gz') ? this.unpack(stored, path) : stored
    const start = 4 + 4 * rank
    const sizes = bytes.length < start ? [] : Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis))
    const whole = sizes.reduce((a, b) => a * b, 1)
    if (sizes.length === 0 || bytes.readUInt32BE(0) !== 0x800 + rank || bytes.length !== start + whole) {
      throw new TesseraError('DATA_INVALID', {
        what: `a file of ${this.constructor.name} is damaged`,
        path,
        got: `${bytes.length} bytes, sizes ${sizes.join(' × ')}`,
        expected: `an idx file of ${rank} dimensions`,
      })
    }
    return { sizes, bytes: bytes.subarray(start) }
  }

  private unpack(bytes: Buffer, path: string): Buffer {
    try {
      return gunzipSync(bytes)
    } catch (cause) {
      throw new TesseraError('DATA_INVALID', { what: `a file of ${this.constructor.name} cannot be unpacked`, path, cause })
    }
  }
}
