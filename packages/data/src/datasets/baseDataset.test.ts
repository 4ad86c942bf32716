import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { DATASETS, LOGGER, type MetaInfo, type PipelineItem, RunContainer, TRANSFORMS, type Transform } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import * as v from 'valibot'
import { PackInputs } from '../transforms/packInputs.js'
import { BaseDataset, baseDatasetEntries } from './baseDataset.js'

const schema = v.strictObject(baseDatasetEntries)
const image = { data: new Uint8Array(1), height: 1, width: 1, channels: 1 }

@DATASETS.registerModule()
class SixSamples extends BaseDataset<v.InferOutput<typeof schema>> {
  static readonly schema = schema

  protected override classMetainfo(): MetaInfo {
    return { origin: 'class', owner: 'class' }
  }

  protected override loadDataList(): { list: PipelineItem[]; metainfo: MetaInfo } {
    const list = Array.from({ length: 6 }, (_, gt_label) => ({ img: image, img_path: `${gt_label}.png`, gt_label }))
    return { list, metainfo: { origin: 'files', files: 'files' } }
  }
}

/** Keeps the samples whose label is at least `from`. */
@TRANSFORMS.registerModule()
class KeepFrom implements Transform {
  static readonly schema = v.strictObject({ from: v.number() })
  constructor(private readonly options: { from: number }) {}
  transform(item: PipelineItem): PipelineItem | null {
    return Number(item['gt_label']) >= this.options.from ? item : null
  }
}

@TRANSFORMS.registerModule()
class Trips implements Transform {
  static readonly schema = v.strictObject({})
  transform(): PipelineItem {
    throw new Error('tripped')
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tessera-metainfo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function build(options: object = {}) {
  const warnings: string[] = []
  const container = new RunContainer()
  container.bind(LOGGER, { debug() {}, info() {}, warning: (message) => void warnings.push(message), error() {} })
  const built: unknown = container.build(DATASETS, { type: SixSamples.name, pipeline: [{ type: PackInputs.name }], ...options })
  if (!(built instanceof SixSamples)) throw new Error('not the data set')
  return { dataset: built, warnings }
}

const only = (from: number) => [{ type: KeepFrom.name, from }, { type: PackInputs.name }]
const labelOf = async (dataset: SixSamples, index: number) =>
  (await dataset.getItem(index, new RandomStream(3).fork(index))).data_samples.gt_label?.[0]

describe('BaseDataset', () => {
  test("metainfo: the config's wins over the class's, which wins over the files'", () => {
    const { dataset } = build({ metainfo: { owner: ['config'] } })
    expect(dataset.metainfo).toEqual({ origin: 'class', owner: ['config'], files: 'files' })
  })

  test('metainfo may name a text file; any other string stays, with a warning', () => {
    const file = join(folder, 'classes.txt')
    writeFileSync(file, 'cat\ndog\n')
    const { dataset, warnings } = build({ metainfo: { classes: file, owner: 'nobody.txt' } })
    expect(dataset.metainfo).toMatchObject({ classes: ['cat', 'dog'], owner: 'nobody.txt' })
    expect(warnings).toEqual([expect.stringContaining("'nobody.txt' is not a readable file")])
  })

  test.each<[number | number[], number[]]>([
    [2, [0, 1]],
    [-2, [4, 5]],
    [
      [3, -1, 3],
      [3, 5, 3],
    ],
  ])('indices %j', async (indices, expected) => {
    const { dataset } = build({ indices })
    expect(await Promise.all(expected.map((_, index) => labelOf(dataset, index)))).toEqual(expected)
    expect(dataset.length).toBe(expected.length)
  })

  test.each([7, -7, [[6]], [[-7]]])('indices %j reach too far', (indices) => {
    expect(() => build({ indices: Array.isArray(indices) ? indices[0] : indices }).dataset.length).toThrow(/indices/)
  })

  test('an annotation is a copy, with its index', () => {
    const { dataset } = build()
    dataset.getDataInfo(1)['gt_label'] = 9
    expect(dataset.getDataInfo(1)).toMatchObject({ gt_label: 1, sample_idx: 1 })
    expect(() => dataset.getDataInfo(6)).toThrow(/no such sample.*6/)
  })

  test('training draws another sample for one that is dropped, always the same', async () => {
    const { dataset } = build({ pipeline: only(4) })
    expect(await labelOf(dataset, 5)).toBe(5)
    const drawn = await labelOf(dataset, 0)
    expect([4, 5]).toContain(drawn)
    expect(await labelOf(dataset, 0)).toBe(drawn)
  })

  test.each<[string, object, RegExp]>([
    ['a sample dropped in test mode', { pipeline: only(4), test_mode: true }, /dropped a sample in test mode.*sample 0/],
    ['every sample dropped', { pipeline: only(9), max_refetch: 5 }, /dropped sample 0 and 5 others/],
    ['a pipeline that does not pack', { pipeline: [] }, /does not end in a packed sample/],
    ['a transform that throws', { pipeline: [{ type: Trips.name }] }, /0\.png.*Trips: tripped/],
  ])('%s is an error', async (_, options, message) => {
    await expect(build(options).dataset.getItem(0, new RandomStream(0))).rejects.toThrow(message)
  })

  test('a data set without samples is an error', () => {
    expect(() => build({ indices: [] }).dataset.length).toThrow(/SixSamples is empty/)
  })
})
