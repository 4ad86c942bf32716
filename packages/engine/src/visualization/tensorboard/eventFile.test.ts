import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { crc32c } from './crc32c.js'
import { EventFile } from './eventFile.js'
import { histogramOf } from './histogram.js'
import { int } from './protobuf.js'
import { fileVersionEvent, histogramValue, imageValue, scalarValue, summaryEvent, textValue } from './summaries.js'
import { tfRecord } from './tfRecord.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const TIME = 1700000000.25

// RFC 3720, B.4, and the usual check value.
test.each<[string, Uint8Array, number]>([
  ['the check value', Buffer.from('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(), 0],
  ['zeros', new Uint8Array(32), 0x8a9136aa],
  ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['counting', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
])('crc32c of %s', (_, bytes, expected) => expect(crc32c(bytes)).toBe(expected))

test('a negative number takes ten bytes, as int64 does', () => {
  expect(hex(int(2, -1))).toBe('10ffffffffffffffffff01')
  expect(hex(int(2, 2 ** 53 - 1))).toBe('10ffffffffffffff0f')
})

/** Bytes that the package tensorboard 2.21.0 of PyPI makes of the same. */
const RECORDED = {
  version: '0900001040fc54d9411a0d627261696e2e4576656e743a32',
  scalar: '0900001040fc54d94110ac022a160a140a0d61636375726163792f746f7031150000c342',
  image: '0900001040fc54d94110022a180a160a0576616c5f37220d08ac0210e00118032203010203',
  histogram:
    '0900001040fc54d94110012a600a5e0a09686561642e626961732a5109000000000000f0bf110000000000000040190000000000001040210000000000000040290000000000001a403210000000000000e03f00000000000000403a100000000000000840000000000000f03f',
  text: '0900001040fc54d9412a310a2f0a13636f6e6669672f746578745f73756d6d617279420e080712041202080142042320c3bc4a080a060a0474657874',
  record: '2400000000000000422b804d0900001040fc54d94110ac022a160a140a0d61636375726163792f746f7031150000c342082a99c3',
}

describe('events are TensorBoard’s, byte for byte', () => {
  const scalar = summaryEvent(TIME, 300, [scalarValue('accuracy/top1', 97.5)])
  const histogram = { min: -1, max: 2, count: 4, sum: 2, sumOfSquares: 6.5, limits: [0.5, 2], buckets: [3, 1] }
  test.each<[keyof typeof RECORDED, Uint8Array]>([
    ['version', fileVersionEvent(TIME)],
    ['scalar', scalar],
    ['image', summaryEvent(TIME, 2, [imageValue('val_7', Uint8Array.of(1, 2, 3), { width: 224, height: 300 })])],
    ['histogram', summaryEvent(TIME, 1, [histogramValue('head.bias', histogram)])],
    ['text', summaryEvent(TIME, 0, [textValue('config', '# ü')])],
    ['record', tfRecord(scalar)],
  ])('%s', (name, bytes) => expect(hex(bytes)).toBe(RECORDED[name]))
})

describe('a histogram', () => {
  test('counts every finite value once, the ends included', () => {
    const values = [-3, -3, 0, 1, 7, Number.NaN, Number.POSITIVE_INFINITY]
    const histogram = histogramOf(values)
    expect(histogram).toMatchObject({ min: -3, max: 7, count: 5, sum: 2, sumOfSquares: 68 })
    const { limits = [], buckets = [] } = histogram ?? {}
    expect(limits.at(-1)).toBe(7)
    for (const [index, limit] of limits.entries()) {
      const below = limits[index - 1] ?? Number.NEGATIVE_INFINITY
      expect(buckets[index]).toBe(values.filter((value) => Number.isFinite(value) && value > below && value <= limit).length)
    }
  })

  test('of one value is one bucket, of none nothing', () => {
    expect(histogramOf([0.5, 0.5])).toMatchObject({ limits: [0.5, 1.5], buckets: [2, 0] })
    expect(histogramOf([Number.NaN])).toBeUndefined()
  })
})

describe('a file', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tessera-events-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('holds every event as soon as it is added, and two files never share a name', () => {
    const events = new EventFile(path.join(folder, 'deep'), () => TIME * 1000)
    const other = new EventFile(path.join(folder, 'deep'), () => TIME * 1000 + 1)
    events.add([scalarValue('accuracy/top1', 97.5)], 300)
    events.add([], 301)
    expect(hex(readFileSync(events.path))).toBe(hex(tfRecord(fileVersionEvent(TIME))) + RECORDED.record)
    events.close()
    other.close()
    expect(readdirSync(path.join(folder, 'deep')).every((name) => name.startsWith('events.out.tfevents.1700000000.'))).toBe(true)
    expect(readdirSync(path.join(folder, 'deep'))).toHaveLength(2)
  })
})
