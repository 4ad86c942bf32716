import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { DATASETS, LOGGER, type Logger, RunContainer } from '@tessera/core'
import { dataPlugin } from '../plugin.js'
import type { ImageNet } from './imageNet.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const root = mkdtempSync(join(tmpdir(), 'tessera-imagenet-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
for (const folder of ['train/n01', 'train/n02', 'val', 'test', 'meta']) mkdirSync(join(root, folder), { recursive: true })
for (const file of ['train/n01/a.JPEG', 'train/n02/b.png', 'val/c.JPEG', 'test/d.JPEG', 'test/notes.txt'])
  writeFileSync(join(root, file), '')
writeFileSync(join(root, 'meta/val.txt'), 'c.JPEG 999\n')

function build(options: object): { dataset: ImageNet; warnings: string[] } {
  const warnings: string[] = []
  const container = new RunContainer()
  const logger: Logger = { debug() {}, info() {}, warning: (line) => warnings.push(line), error() {} }
  container.bind(LOGGER, logger)
  return { dataset: container.build(DATASETS, { type: 'ImageNet', data_root: root, ...options }) as ImageNet, warnings }
}

test('a split is a folder, listed in meta where that file exists; the class names are ImageNet’s', () => {
  const { dataset } = build({ split: 'val' })
  expect(dataset.getDataInfo(0)).toEqual({ img_path: join(root, 'val/c.JPEG'), gt_label: 999, sample_idx: 0 })
  expect(dataset.metainfo.classes).toHaveLength(1000)
  expect(dataset.metainfo.classes?.[0]).toBe('tench, Tinca tinca')
})

test('folders of a part of ImageNet keep their names, with a warning', () => {
  const { dataset, warnings } = build({ split: 'train' })
  expect(dataset.length).toBe(2)
  expect(dataset.metainfo.classes).toEqual(['n01', 'n02'])
  expect(warnings).toEqual([expect.stringContaining('this folder 2')])
})

test('test images have no labels', () => {
  expect(build({ split: 'test' }).dataset.getDataInfo(0)).toEqual({ img_path: join(root, 'test/d.JPEG'), sample_idx: 0 })
})

test('as recipes write it', () => {
  expect(build({ data_prefix: 'val', ann_file: 'meta/val.txt' }).dataset.length).toBe(1)
  expect(() => build({ split: 'vall' })).toThrow(/split/)
})
