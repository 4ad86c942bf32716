import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { DATASETS, LOGGER, RunContainer, TesseraError } from '@tessera/core'
import { dataPlugin } from '../plugin.js'
import type { CIFAR10 } from './cifar10.js'

expect(dataPlugin.length).toBeGreaterThan(0)
const root = mkdtempSync(join(tmpdir(), 'tessera-cifar-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function build(type: string, folder: string, options: object = {}): CIFAR10 {
  const container = new RunContainer()
  container.bind(LOGGER, { debug() {}, info() {}, warning() {}, error() {} })
  return container.build(DATASETS, { type, data_root: join(root, folder), ...options }) as CIFAR10
}

const image = (seed: number) => Uint8Array.from({ length: 3072 }, (_, i) => (seed + i * 7 + (i >> 10)) % 256)
/** Of the first two places, red, green, blue. */
const firstPlaces = (seed: number) => [0, 1].flatMap((place) => [0, 1, 2].map((channel) => image(seed)[channel * 1024 + place]))

function write(path: string, ...parts: (string | Uint8Array | number[])[]): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))))
}

const int32 = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255]
const text = (value: string) => Buffer.from([85, value.length, ...Buffer.from(value)])

/** As Python 2 wrote the archive: protocol 2, {'data': an array, KEY: [labels]}. */
function pickledBatch(path: string, key: string, images: Uint8Array[], labels: number[]): void {
  const array = [
    Buffer.from('cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85U\x01b\x87R(K\x01', 'latin1'),
    [0x4b, images.length, 0x4d, 0, 12, 0x86],
    Buffer.from('cnumpy\ndtype\nU\x02u1K\0K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89', 'latin1'),
    [84, ...int32(images.length * 3072)],
    ...images,
    Buffer.from('tb', 'latin1'),
  ]
  const list = [Buffer.from(']('), labels.flatMap((label) => [0x4b, label]), Buffer.from('e')]
  write(path, Buffer.from('\x80\x02}(', 'latin1'), text('data'), ...array, text(key), ...list, Buffer.from('u.'))
}

test('the binary archive: labels, pixels as red, green, blue, class names', () => {
  for (const number of [1, 2, 3, 4, 5]) write(join(root, `bin/cifar-10-batches-bin/data_batch_${number}.bin`), [number], image(number))
  write(join(root, 'bin/cifar-10-batches-bin/test_batch.bin'), [7], image(70), [9], image(90))
  write(join(root, 'bin/cifar-10-batches-bin/batches.meta.txt'), 'airplane\nautomobile\n\n')
  const train = build('CIFAR10', 'bin')
  expect(Array.from({ length: train.length }, (_, i) => train.getDataInfo(i)['gt_label'])).toEqual([1, 2, 3, 4, 5])
  expect(train.metainfo.classes).toEqual(['airplane', 'automobile'])
  const { img, gt_label } = build('CIFAR10', '', { data_prefix: 'bin', split: 'test' }).getDataInfo(1) as {
    img: { data: Uint8Array; channels: number }
    gt_label: number
  }
  expect(gt_label).toBe(9)
  expect([img.channels, img.data.length]).toEqual([3, 3072])
  expect([...img.data.subarray(0, 6)]).toEqual(firstPlaces(90))
})

test('the archive for Python, read as data', () => {
  pickledBatch(join(root, 'py/cifar-100-python/train'), 'fine_labels', [image(3), image(5)], [42, 99])
  write(
    join(root, 'py/cifar-100-python/meta'),
    Buffer.from('\x80\x02}', 'latin1'),
    text('fine_label_names'),
    Buffer.from(']('),
    text('apple'),
    text('worm'),
    Buffer.from('es.'),
  )
  const train = build('CIFAR100', 'py')
  expect(train.metainfo.classes).toEqual(['apple', 'worm'])
  const { img, gt_label } = train.getDataInfo(1) as { img: { data: Uint8Array }; gt_label: number }
  expect([gt_label, ...img.data.subarray(0, 6)]).toEqual([99, ...firstPlaces(5)])
})

test('what is missing or damaged is named', () => {
  expect(() => build('CIFAR10', 'nowhere').length).toThrow(/data_batch_1.*not downloaded here/s)
  write(join(root, 'cut/cifar-100-binary/train.bin'), [1, 2], image(1).subarray(0, 3000))
  expect(() => build('CIFAR100', 'cut').length).toThrow(/3002 bytes.*multiple of 3074/s)
  write(join(root, 'bad/cifar-100-python/train'), 'no pickle')
  expect(() => build('CIFAR100', 'bad').length).toThrow(TesseraError)
  pickledBatch(join(root, 'odd/cifar-100-python/train'), 'labels', [image(3)], [1])
  expect(() => build('CIFAR100', 'odd').length).toThrow(/fine_labels/)
})
