import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { goldenBytes, withFolder } from '../testing/goldenFile.js'
import { bytesSource } from './byteSource.js'
import { toFloat32 } from './dtype.js'
import { openWeightPlace } from './openWeightPlace.js'
import { openSource } from './openWeights.js'
import { writeSafetensors } from './safetensors.js'

const file = (...names: string[]) => writeSafetensors(new Map(names.map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }])))
const index = (map: object) => JSON.stringify({ metadata: { total_size: 8 }, weight_map: map })

describe('where weights are', () => {
  test('a folder of shards is one file', async () => {
    const files = {
      'model-00001-of-00002.safetensors': file('a', 'b'),
      'model-00002-of-00002.safetensors': file('c'),
      'model.safetensors.index.json': index({
        a: 'model-00001-of-00002.safetensors',
        c: 'model-00002-of-00002.safetensors',
        b: 'model-00001-of-00002.safetensors',
      }),
    }
    await withFolder(files, (folder) => {
      const weights = openWeightPlace(folder)
      expect(weights.format).toBe('2 shards')
      expect([...weights.entries.keys()].map((name) => [name, ...toFloat32(weights.read(name))])).toEqual([
        ['a', 0],
        ['c', 0],
        ['b', 1],
      ])
      weights.close()
    })
  })

  test.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    ['an empty folder', { 'config.json': '{}' }, /holds no weights.*config\.json/],
    ['two files', { 'a.pth': 'x', 'b.pth': 'x' }, /several files.*a\.pth/],
    [
      'a missing shard',
      { 'model.safetensors.index.json': index({ a: 'gone.safetensors' }) },
      /gone\.safetensors: the file cannot be opened/,
    ],
    [
      'a shard without the tensor',
      { 'model.safetensors.index.json': index({ z: 's.safetensors' }), 's.safetensors': file('a') },
      /s\.safetensors: z/,
    ],
    [
      'a shard with one more',
      { 'model.safetensors.index.json': index({ a: 's.safetensors' }), 's.safetensors': file('a', 'b') },
      /s\.safetensors: b.*does not give/,
    ],
    ['a shard elsewhere', { 'model.safetensors.index.json': index({ a: '../s.safetensors' }) }, /stand beside the index/],
    ['a name twice', { 'model.safetensors.index.json': '{"weight_map":{"a":"x","a":"y"}}' }, /twice/],
    ['no map', { 'model.safetensors.index.json': '{}' }, /no weight_map/],
    ['no JSON', { 'model.safetensors.index.json': '{' }, /not JSON/],
  ])('%s', async (_, files, message) => {
    await withFolder(files, (folder) => expect(() => openWeightPlace(folder)).toThrow(message))
  })

  test('safetensors before a pickle, and a lone file whatever it is called', async () => {
    await withFolder({ 'model.safetensors': file('a'), 'pytorch_model.bin': 'x' }, (folder) => {
      expect(openWeightPlace(folder).format).toBe('safetensors')
    })
    await withFolder({ 'epoch_3.pth': goldenBytes('tiny_vit_iter_2.pth') }, (folder) => {
      const weights = openWeightPlace(folder)
      expect([weights.format, path.basename(weights.path)]).toEqual(['PyTorch zip', 'epoch_3.pth'])
      weights.close()
    })
  })

  test('a device is no file', () => expect(() => openWeightPlace('/dev/null')).toThrow(/not a regular file/))
})

describe('what people take for a checkpoint', () => {
  const bytes = (text: string, at = 0) => {
    const all = new Uint8Array(600)
    all.set(
      Uint8Array.from(text, (c) => c.charCodeAt(0)),
      at,
    )
    return all
  }
  test.each([
    ['version https://git-lfs.github.com/spec/v1', 0, /Git LFS pointer.*git lfs pull/],
    ['<!DOCTYPE html>', 0, /a web page/],
    ['ustar', 257, /tar archive.*save it again/],
    ['\x1f\x8b\x08', 0, /gzip.*Unpack/],
    ['\xfd7zXZ\0', 0, /xz/],
    ['7z\xbc\xaf\x27\x1c', 0, /7z/],
    ['GGUF', 0, /GGUF/],
    ['\x89HDF\r\n', 0, /HDF5/],
    ['\x93NUMPY', 0, /numpy array/],
    ['PK\x05\x06', 0, /empty zip/],
    ['PK\x07\x08', 0, /several volumes/],
    ['hello', 0, /neither a safetensors file nor a PyTorch checkpoint/],
  ])('%j', (text, at, message) => expect(() => openSource(bytesSource(bytes(text, at), 'x.pth'))).toThrow(message))
})
