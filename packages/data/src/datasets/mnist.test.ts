import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from '@jest/globals'
import { DATASETS, LOGGER, RunContainer } from '@tessera/core'
import { dataPlugin } from '../plugin.js'
import type { MNIST } from './mnist.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const root = mkdtempSync(join(tmpdir(), 'tessera-mnist-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function idx(sizes: number[], values: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length)
  header.writeUInt32BE(0x800 + sizes.length, 0)
  for (const [axis, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * axis)
  return Buffer.concat([header, Buffer.from(values)])
}

mkdirSync(join(root, 'raw'))
writeFileSync(join(root, 'raw/train-images-idx3-ubyte'), idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
writeFileSync(join(root, 'raw/train-labels-idx1-ubyte'), idx([2], [4, 0]))
writeFileSync(join(root, 'raw/t10k-images-idx3-ubyte.gz'), gzipSync(idx([1, 1, 1], [200])))
writeFileSync(join(root, 'raw/t10k-labels-idx1-ubyte.gz'), gzipSync(idx([1], [9])))

function build(options: object): MNIST {
  const container = new RunContainer()
  container.bind(LOGGER, { debug() {}, info() {}, warning() {}, error() {} })
  return container.build(DATASETS, { type: 'MNIST', data_root: join(root, 'raw'), ...options }) as MNIST
}

test('images and labels of the original files', () => {
  const train = build({})
  expect(train.length).toBe(2)
  const { img, gt_label } = train.getDataInfo(1) as { img: { data: Uint8Array; height: number; width: number }; gt_label: number }
  expect([gt_label, img.height, img.width, ...img.data]).toEqual([0, 2, 3, 7, 8, 9, 10, 11, 12])
  expect(train.metainfo.classes?.[3]).toBe('3 - three')
})

test('test mode means the test files, unless the split says otherwise; packed files do', () => {
  expect(build({ test_mode: true }).getDataInfo(0)['gt_label']).toBe(9)
  expect(build({ test_mode: true, split: 'train' }).length).toBe(2)
  expect(build({ type: 'FashionMNIST', split: 'test' }).metainfo.classes?.[9]).toBe('Ankle boot')
})

test('what is missing, damaged or of another set is named', () => {
  expect(() => build({ data_root: '/nowhere' }).length).toThrow(/train-images-idx3-ubyte.*not downloaded/s)
  mkdirSync(join(root, 'bad'))
  writeFileSync(join(root, 'bad/train-images-idx3-ubyte'), idx([2, 2, 3], [1, 2, 3]))
  expect(() => build({ data_root: root, data_prefix: 'bad' }).length).toThrow(/damaged.*19 bytes, sizes 2 × 2 × 3/s)
  writeFileSync(join(root, 'bad/train-images-idx3-ubyte'), idx([1, 1, 1], [1]))
  writeFileSync(join(root, 'bad/train-labels-idx1-ubyte'), idx([2], [1, 2]))
  expect(() => build({ data_root: root, data_prefix: { root: 'bad' } }).length).toThrow(/1 images, 2 labels/)
})
