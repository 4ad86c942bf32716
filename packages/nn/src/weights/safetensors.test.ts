import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import { withFolder } from '../testing/goldenFile.js'
import { bytesSource, openFile } from './byteSource.js'
import { toFloat32 } from './dtype.js'
import { duplicateKey } from './duplicateKey.js'
import { openSafetensors } from './openSafetensors.js'
import { sharedRoom } from './room.js'
import { readSafetensors, safetensorsParts, writeSafetensors } from './safetensors.js'
import { writeWhole } from './writeWhole.js'

/** A file from a header text and the length of its data. */
function fileOf(header: string | Uint8Array, dataBytes = 0, declared?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + json.byteLength + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, declared ?? BigInt(json.byteLength), true)
  bytes.set(json, 8)
  return bytes
}

const entry = (shape: unknown, offsets: unknown, dtype = 'F32') => JSON.stringify({ dtype, shape, data_offsets: offsets })

describe('safetensors', () => {
  test('every dtype comes back bit for bit, in order, with metadata', () => {
    const tensors = new Map([
      ['b.weight', { shape: [2, 2], data: new Float32Array([1, -0, Number.NaN, 1e-45]) }],
      ['a', { shape: [], data: new Float64Array([Math.PI]) }],
      ['i64', { shape: [2], data: new BigInt64Array([-1n, 2n ** 62n]) }],
      ['i32', { shape: [1], data: new Int32Array([-7]) }],
      ['half', { shape: [3], data: new Uint16Array([0x3c00, 0x7c00, 0x0001]), dtype: 'F16' as const }],
      ['bf', { shape: [1], data: new Uint16Array([0x3fc0]), dtype: 'BF16' as const }],
      ['flag', { shape: [3], data: new Uint8Array([1, 0, 1]), dtype: 'BOOL' as const }],
      ['none', { shape: [0, 4], data: new Float32Array(0) }],
      ['__proto__', { shape: [1], data: new Int8Array([-3]) }],
    ])
    const bytes = writeSafetensors(tensors, { format: 'pt' })
    const read = readSafetensors(bytes)
    expect([...read.tensors.keys()]).toEqual([...tensors.keys()])
    expect(read.metadata).toEqual({ format: 'pt' })
    for (const [name, { shape, data }] of tensors) {
      const back = read.tensors.get(name)
      expect(back?.shape).toEqual(shape)
      expect(Buffer.from(back?.data.buffer ?? new ArrayBuffer(1)).equals(Buffer.from(data.buffer))).toBe(true)
    }
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0)
    expect(Buffer.from(writeSafetensors(read.tensors, read.metadata)).equals(Buffer.from(bytes))).toBe(true)
  })

  test('reads from a view that is not aligned', () => {
    const bytes = writeSafetensors(new Map([['x', { shape: [2], data: new Float32Array([1.5, -2]) }]]))
    const shifted = new Uint8Array(bytes.byteLength + 3)
    shifted.set(bytes, 3)
    const read = readSafetensors(shifted.subarray(3)).tensors.get('x')
    expect(read && Array.from(toFloat32(read))).toEqual([1.5, -2])
  })

  test('converts to float32', () => {
    const half = { dtype: 'F16', shape: [4], data: new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7c00]) } as const
    expect(Array.from(toFloat32(half))).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY])
    expect(Array.from(toFloat32({ dtype: 'BF16', shape: [2], data: new Uint16Array([0x3fc0, 0xc000]) }))).toEqual([1.5, -2])
    expect(Array.from(toFloat32({ dtype: 'I64', shape: [1], data: new BigInt64Array([-5n]) }))).toEqual([-5])
  })

  const bad: [string, Uint8Array, RegExp][] = [
    ['empty', new Uint8Array(0), /shorter than its 8-byte length/],
    ['length 0', fileOf(''), /not JSON: a value is expected/],
    ['length 1', fileOf('{', 0, 1n), /not JSON/],
    ['length beyond the file', fileOf('{}', 0, 7n), /ends inside its header/],
    ['length beyond the limit', fileOf('{}', 0, 100_000_001n), /beyond the limit/],
    ['length 2^53 + 1', fileOf('{}', 0, 2n ** 53n + 1n), /beyond the limit/],
    ['length 2^64 - 1', fileOf('{}', 0, 2n ** 64n - 1n), /beyond the limit/],
    ['not UTF-8', fileOf(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])), /not UTF-8/],
    ['BOM', fileOf('\ufeff{}'), /not JSON/],
    ['trailing bytes', fileOf('{}x'), /not JSON/],
    ['an array', fileOf('[]'), /not an object/],
    ['deep nesting', fileOf(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), /not JSON: it nests too deep/],
    ['duplicate name', fileOf(`{"a":${entry([1], [0, 4])},"a":${entry([1], [0, 4])}}`, 4), /a: .*stands twice/],
    ['duplicate key within', fileOf('{"a":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', 4), /dtype: .*stands twice/],
    ['metadata not strings', fileOf('{"__metadata__":{"a":1}}'), /__metadata__/],
    ['unknown dtype', fileOf(`{"a":${entry([1], [0, 1], 'F9')}}`, 1), /a: .*unknown dtype.*F9/],
    ['a dtype that has no counterpart', fileOf(`{"a":${entry([1], [0, 1], 'F8_E4M3')}}`, 1), /a: .*cannot be read.*F8_E4M3/],
    ['a size that is no whole number', fileOf('{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}', 4), /a: .*not a list of sizes/],
    ['half a character', fileOf(`{"\\ud800":${entry([1], [0, 4])}}`, 4), /half a character/],
    ['a number out of range', fileOf(`{"a":{"x":1e999,${entry([1], [0, 4]).slice(1)}}`, 4), /out of range/],
    ['hole', fileOf(`{"a":${entry([1], [4, 8])}}`, 8), /a: .*hole/],
    ['overlap', fileOf(`{"a":${entry([2], [0, 8])},"b":${entry([1], [4, 8])}}`, 8), /b: .*overlap/],
    ['a hole before the end', fileOf(`{"a":${entry([1], [0, 4])},"b":${entry([1], [8, 12])}}`, 12), /b: .*hole/],
    ['reversed', fileOf(`{"a":${entry([1], [4, 0])}}`, 4), /a: .*not a range/],
    ['beyond the end', fileOf(`{"a":${entry([2], [0, 8])}}`, 4), /do not end where/],
    ['data left over', fileOf(`{"a":${entry([1], [0, 4])}}`, 8), /do not end where/],
    ['size unlike shape', fileOf(`{"a":${entry([3], [0, 4])}}`, 4), /a: .*do not fit the shape/],
    ['overflowing shape', fileOf(`{"a":${entry([2 ** 40, 2 ** 40, 0], [0, 0])}}`), /a: .*not a list of sizes/],
    ['negative size', fileOf(`{"a":${entry([-1], [0, 4])}}`, 4), /a: .*not a list of sizes/],
    ['three offsets', fileOf(`{"a":${entry([1], [0, 4, 4])}}`, 4), /a: .*not \{ dtype/],
  ]
  test.each(bad)('refuses: %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(message)
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(TesseraError)
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(/^model\.safetensors/)
  })

  test('what the reference reader takes as well', () => {
    const tensor = entry([1], [0, 4])
    for (const header of [
      ` {"a":${tensor}}\n`,
      `{"__metadata__":null,"a":${tensor}}`,
      `{"__metadata__":{},"a":${tensor}}`,
      `{"a":["F32",[1],[0,4]]}`,
      `{"a":{"x":[1.5],${tensor.slice(1)}}`,
    ]) {
      expect([...readSafetensors(fileOf(header, 4)).tensors.keys()]).toEqual(['a'])
    }
  })

  test('tensors that are not aligned are copied', () => {
    const file = fileOf(`{"flag":${entry([1], [0, 1], 'BOOL')},"a":${entry([1], [1, 5])}}`, 5)
    file.set(new Uint8Array(Float32Array.of(1.5).buffer), file.length - 4)
    expect(readSafetensors(file).tensors.get('a')?.data).toEqual(Float32Array.of(1.5))
    const opened = openSafetensors(bytesSource(file, 'x'))
    expect(opened.read('a', sharedRoom(8)).data).toEqual(Float32Array.of(1.5))
  })

  test('a file may be replaced by what is read from it', async () => {
    const tensors = new Map(['b', 'a'].map((name, i) => [name, { shape: [2], data: Float32Array.of(i, 7) }]))
    await withFolder({ 'x.safetensors': writeSafetensors(tensors, { step: '1' }) }, (folder) => {
      const place = path.join(folder, 'x.safetensors')
      const before = readFileSync(place)
      const file = openSafetensors(openFile(place))
      writeWhole(place, safetensorsParts(file, file.metadata))
      file.close()
      expect(readFileSync(place).equals(before)).toBe(true)
    })
  })

  test('metadata alone is a file', () => {
    expect(readSafetensors(writeSafetensors(new Map(), { a: 'b' }))).toEqual({ tensors: new Map(), metadata: { a: 'b' } })
  })

  test('cut anywhere, it is refused', () => {
    const bytes = writeSafetensors(new Map([['x', { shape: [3], data: new Float32Array(3) }]]))
    for (let length = 0; length < bytes.byteLength; length++) expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(TesseraError)
  })

  test('does not write values that do not fit', () => {
    expect(() => writeSafetensors(new Map([['w', { shape: [3], data: new Float32Array(2) }]]))).toThrow(
      "w: the values do not fit the shape; got '8 bytes', expected 12 for F32 [3]",
    )
    expect(() => writeSafetensors(new Map([['w', { shape: [1], data: new Uint16Array(1) }]]))).toThrow('expected F16 or BF16')
  })

  test.each([
    ['{"a":1,"b":{"a":2}}', undefined],
    ['{"a":["b","b"],"b":"a"}', undefined],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"x":{"k":1 , "k" : 2}}', 'k'],
    ['{"a\\"":1,"a":2}', undefined],
  ])('duplicateKey %s', (json, expected) => expect(duplicateKey(json)).toBe(expected))
})
