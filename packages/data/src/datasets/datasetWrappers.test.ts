import { describe, expect, test } from '@jest/globals'
import { DATASETS, type Dataset, type PackedSample, RunContainer, TesseraError } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import * as v from 'valibot'
import { dataPlugin } from '../plugin.js'
import { repeatCounts } from './classBalancedDataset.js'

const image = { data: new Uint8Array(1), height: 1, width: 1, channels: 1 }

/** Samples whose label is where they are, and `first` of the first. */
class Numbered {
  static readonly schema = v.strictObject({ length: v.number(), first: v.optional(v.number(), 0), kind: v.optional(v.string(), 'a') })
  readonly length: number
  readonly metainfo: { kind: string }

  constructor(private readonly options: v.InferOutput<typeof Numbered.schema>) {
    this.length = options.length
    this.metainfo = { kind: options.kind }
  }

  getItem(index: number): Promise<PackedSample> {
    return Promise.resolve({ inputs: image, data_samples: { metainfo: {}, gt_label: [this.options.first + index] } })
  }

  getCatIds(index: number): number[] {
    return [index === 0 ? 7 : 1]
  }
}

function build(config: object): Dataset {
  expect(dataPlugin.length).toBeGreaterThan(0)
  const container = new RunContainer()
  container.rebind(DATASETS, 'CustomDataset', Numbered)
  return container.build<Dataset>(DATASETS, config)
}

const inner = (length: number, first = 0, kind = 'a') => ({ type: 'CustomDataset', length, first, kind })

async function labels(dataset: Dataset): Promise<(number | undefined)[]> {
  const random = new RandomStream(0)
  const items = await Promise.all(Array.from({ length: dataset.length }, (_, index) => dataset.getItem(index, random)))
  return items.map(({ data_samples: { gt_label } }) => gt_label?.[0])
}

test('ConcatDataset: one behind the other', async () => {
  expect(await labels(build({ type: 'ConcatDataset', datasets: [inner(2), inner(1, 10), inner(2, 20)] }))).toEqual([0, 1, 10, 20, 21])
})

describe('ConcatDataset and facts that differ', () => {
  const datasets = [inner(1), inner(1, 0, 'b')]
  test('are refused by name', () => {
    expect(() => build({ type: 'ConcatDataset', datasets }).length).toThrow(/metainfo\.kind.*ignore_keys/s)
  })

  test('unless they are to be ignored: the first one’s count', () => {
    const dataset = build({ type: 'ConcatDataset', datasets, ignore_keys: 'kind' })
    expect([dataset.length, dataset.metainfo]).toEqual([2, { kind: 'a' }])
  })
})

test('RepeatDataset', async () => {
  expect(await labels(build({ type: 'RepeatDataset', dataset: inner(2), times: 3 }))).toEqual([0, 1, 0, 1, 0, 1])
})

test('KFoldDataset: parts that are held back cover all once; the others are the rest', async () => {
  const fold = (index: number, isTest: boolean, seed: number | null = null) =>
    labels(build({ type: 'KFoldDataset', dataset: inner(10), fold: index, num_splits: 3, test_mode: isTest, seed }))
  expect(await fold(0, true)).toEqual([0, 1, 2])
  expect(await fold(1, false)).toEqual([0, 1, 2, 6, 7, 8, 9])
  const shuffled = await Promise.all([0, 1, 2].map((index) => fold(index, true, 4)))
  expect(shuffled.flat()).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(shuffled.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect([...(await fold(2, false, 4)), ...(shuffled[2] ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(() => build({ type: 'KFoldDataset', dataset: inner(3), fold: 5 })).toThrow(/no such fold/)
})

test('ClassBalancedDataset: a class in a tenth of the samples comes √(0.5 / 0.1) times, rounded up', async () => {
  expect(await labels(build({ type: 'ClassBalancedDataset', dataset: inner(10), oversample_thr: 0.5 }))).toEqual([
    0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ])
  expect(repeatCounts([[0], [0, 1], [0]], 0.9)).toEqual([1, 2, 1])
})

test('wrappers wrap wrappers, and say which sample is not there', async () => {
  const dataset = build({ type: 'RepeatDataset', times: 2, dataset: { type: 'ConcatDataset', datasets: [inner(1), inner(1, 5)] } })
  expect(await labels(dataset)).toEqual([0, 5, 0, 5])
  expect(() => dataset.getItem(4, new RandomStream(0))).toThrow(TesseraError)
  expect(() => dataset.getItem(4, new RandomStream(0))).toThrow(/no such sample.*0 to 3/s)
})
