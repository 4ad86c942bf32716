import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tessera/configs'
import { DATASETS, RunContainer } from '@tessera/core'
import { BaseDataset } from '@tessera/data'

/** Our digits as the files that MMPreTrain's MNIST reads. */
export async function writeDigits(folder: string): Promise<void> {
  for (const [split, name] of [
    ['train', 'train'],
    ['test', 't10k'],
  ] as const) {
    const dataset = DATASETS.build({ type: 'MNISTDigits', split, pipeline: [] }, new RunContainer())
    if (!(dataset instanceof BaseDataset)) throw new TypeError('not a dataset')
    const items = Array.from({ length: dataset.length }, (_, index) => dataset.getDataInfo(index))
    const pixels = items.map(({ img }) => Buffer.from((img as { data: Uint8Array }).data))
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), Buffer.concat([header(0x803, items.length, 28, 28), ...pixels]))
    const labels = Buffer.from(items.map(({ gt_label }) => Number(gt_label)))
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), Buffer.concat([header(0x801, items.length), labels]))
  }
}

function header(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * index)
  return bytes
}
