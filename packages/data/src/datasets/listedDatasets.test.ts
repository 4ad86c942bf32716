import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { DATASETS, LOGGER, RunContainer } from '@tessera/core'
import { dataPlugin } from '../plugin.js'
import type { BaseDataset } from './baseDataset.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const root = mkdtempSync(join(tmpdir(), 'tessera-listed-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

function build(type: string, options: object): BaseDataset {
  const container = new RunContainer()
  container.bind(LOGGER, { debug() {}, info() {}, warning() {}, error() {} })
  return container.build(DATASETS, { type, data_root: root, ...options }) as BaseDataset
}

const all = (dataset: BaseDataset) => Array.from({ length: dataset.length }, (_, i) => dataset.getDataInfo(i))

test('CUB: three lists by number, class names from the folders', () => {
  write('images.txt', '1 001.Black_footed_Albatross/a.jpg\n2 002.Laysan_Albatross/b.jpg\n3 001.Black_footed_Albatross/c.jpg\n')
  write('image_class_labels.txt', '1 1\n2 2\n3 1\n')
  write('train_test_split.txt', '1 0\n2 1\n3 1\n')
  const train = build('CUB', {})
  expect(all(train)).toEqual([
    { img_path: join(root, 'images/002.Laysan_Albatross/b.jpg'), gt_label: 1, sample_idx: 0 },
    { img_path: join(root, 'images/001.Black_footed_Albatross/c.jpg'), gt_label: 0, sample_idx: 1 },
  ])
  expect(train.metainfo.classes).toEqual(['Black_footed_Albatross', 'Laysan_Albatross'])
  expect(build('CUB', { split: 'test' }).length).toBe(1)
  write('cut/images.txt', '7 001.A/a.jpg\n')
  for (const name of ['image_class_labels', 'train_test_split']) write(`cut/${name}.txt`, '1 1\n')
  expect(() => build('CUB', { data_root: join(root, 'cut') }).length).toThrow(/not in all three lists.*image 7/s)
})

const object = (name: string, difficult: number) =>
  `<object><name>${name}</name><difficult>${difficult}</difficult><part><name>head</name></part></object>`

test('VOC: classes of the objects, those of hard ones apart', () => {
  write('ImageSets/Main/trainval.txt', '000005\n000007\n')
  write('Annotations/000005.xml', `<annotation>${object('chair', 0)}${object('chair', 1)}${object('cat', 0)}</annotation>`)
  write('Annotations/000007.xml', `<annotation>${object('car', 1)}${object('no such thing', 0)}</annotation>`)
  const [first, second] = all(build('VOC', {}))
  expect(first).toEqual({
    img_path: join(root, 'JPEGImages/000005.jpg'),
    gt_label: [7, 8],
    gt_label_difficult: [8],
    sample_idx: 0,
  })
  expect(second).toMatchObject({ gt_label: [], gt_label_difficult: [6] })
  expect(build('VOC', {}).metainfo.classes).toHaveLength(20)
})

test('VOC: test images may lack annotations, others not; what is broken is named', () => {
  write('ImageSets/Main/test.txt', '000009\n')
  expect(all(build('VOC', { split: 'test', test_mode: true, data_prefix: 'JPEGImages' }))).toEqual([
    { img_path: join(root, 'JPEGImages/000009.jpg'), sample_idx: 0 },
  ])
  expect(() => build('VOC', { data_prefix: 'JPEGImages' }).length).toThrow(/needs its annotations/)
  expect(() => build('VOC', { split: 'test' }).length).toThrow(/000009\.xml/)
  write('Annotations/000009.xml', '<annotation><object></object></annotation>')
  expect(() => build('VOC', { split: 'test' }).length).toThrow(/has no name.*|.*000009/)
})

test('MultiLabelDataset: a JSON list', () => {
  const data_list = [
    { img_path: 'a.jpg', gt_label: [0, 2] },
    { img_path: 'b.jpg', gt_label: [1] },
  ]
  write('multi.json', JSON.stringify({ metainfo: { classes: ['A', 'B', 'C'] }, data_list }))
  const set = build('MultiLabelDataset', { ann_file: 'multi.json', data_prefix: { img_path: 'pictures' } })
  expect(all(set)[0]).toEqual({ img_path: join(root, 'pictures/a.jpg'), gt_label: [0, 2], sample_idx: 0 })
  expect(set.getCatIds(0)).toEqual([0, 2])
  expect(set.metainfo.classes).toEqual(['A', 'B', 'C'])
  write('bad.json', JSON.stringify({ data_list: [{ img_path: 'a.jpg', gt_label: 3 }] }))
  expect(() => build('MultiLabelDataset', { ann_file: 'bad.json' }).length).toThrow(/data_list\.0\.gt_label/)
  expect(() => build('MultiLabelDataset', { ann_file: 'none.json' }).length).toThrow(/none\.json/)
})
