import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DATA_LOADERS, DATASETS, type HostBatch, LOGGER, RunContainer } from '@tessera/core'
import { RandomStream } from '@tessera/runtime'
import { dataPlugin } from '../plugin.js'
import { writeSampleImages } from './writeSampleImages.js'

const folder = mkdtempSync(join(tmpdir(), 'tessera-images-'))
const pipeline = [{ type: 'LoadImageFromFile' }, { type: 'CenterCrop', crop_size: 8 }, { type: 'PackInputs' }]

beforeAll(async () => {
  expect(dataPlugin.length).toBeGreaterThan(0)
  await writeSampleImages(join(folder, 'good'), { classes: 3, perClass: 2, size: 12 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function build(options: object) {
  const warnings: string[] = []
  const container = new RunContainer()
  container.bind(LOGGER, { debug() {}, info() {}, warning: (message) => void warnings.push(message), error() {} })
  return { dataset: container.build(DATASETS, { type: 'CustomDataset', pipeline, ...options }), warnings, container }
}

describe('CustomDataset', () => {
  test('a folder a class, sorted, decoded', async () => {
    const { dataset } = build({ data_root: join(folder, 'good') })
    expect(dataset.length).toBe(6)
    expect(dataset.metainfo.classes).toEqual(['class_0', 'class_1', 'class_2'])
    const { inputs, data_samples } = await dataset.getItem(4, new RandomStream(0))
    expect([inputs.height, inputs.width, inputs.channels]).toEqual([8, 8, 3])
    expect(data_samples.gt_label).toEqual([2])
    expect(data_samples.metainfo['ori_shape']).toEqual([12, 12])
  })

  test('an annotation file names images and classes', async () => {
    writeFileSync(join(folder, 'list.txt'), 'class_1/0.png 7\nclass_0/1.png 0\n')
    const { dataset } = build({ data_root: folder, data_prefix: 'good', ann_file: 'list.txt' })
    expect(dataset.length).toBe(2)
    expect((await dataset.getItem(0, new RandomStream(0))).data_samples.gt_label).toEqual([7])
    expect(build({ data_root: folder, data_prefix: { img_path: 'good' }, ann_file: 'list.txt' }).dataset.length).toBe(2)
  })

  test('a loader gives the same batches however many samples it decodes at once', async () => {
    const batches = async (num_workers: number) => {
      const { container } = build({ data_root: join(folder, 'good') })
      const config = {
        type: 'DataLoader',
        batch_size: 4,
        num_workers,
        sampler: { type: 'DefaultSampler', shuffle: true },
        dataset: { type: 'CustomDataset', data_root: join(folder, 'good'), pipeline },
      }
      const all: HostBatch[] = []
      for await (const batch of container.build(DATA_LOADERS, config, { random: new RandomStream(5) }).batches(3)) all.push(batch)
      return all.map(({ inputs, data_samples }) => ({
        labels: data_samples.map(({ gt_label }) => gt_label),
        pixels: inputs.map(({ data }) => Array.from(data)),
      }))
    }
    const alone = await batches(0)
    expect(alone.map(({ labels }) => labels.length)).toEqual([4, 2])
    expect(await batches(3)).toEqual(alone)
  })

  test('an empty class is a warning, a folder without images an error', () => {
    mkdirSync(join(folder, 'empty', 'cat'), { recursive: true })
    const { dataset, warnings } = build({ data_root: join(folder, 'empty') })
    expect(() => dataset.length).toThrow(/no images in the folder/)
    expect(warnings[0]).toMatch(/cat: a class without images/)
  })

  test.each<[string, object, RegExp]>([
    ['a missing folder', { data_root: 'nowhere' }, /nowhere: there is no such folder/],
    ['another number of classes', { data_root: join(folder, 'good'), classes: ['one'] }, /3 folders.*1 classes/],
    ['a missing annotation file', { data_root: folder, ann_file: 'none.txt' }, /none\.txt/],
  ])('%s', (_, options, message) => {
    const { dataset } = build(options)
    expect(() => dataset.length).toThrow(message)
  })

  test('an image that does not decode is named', async () => {
    mkdirSync(join(folder, 'bad', 'dog'), { recursive: true })
    writeFileSync(join(folder, 'bad', 'dog', 'broken.png'), 'not an image')
    const { dataset } = build({ data_root: join(folder, 'bad') })
    await expect(dataset.getItem(0, new RandomStream(0))).rejects.toThrow(/broken\.png.*cannot be decoded/)
  })
})
