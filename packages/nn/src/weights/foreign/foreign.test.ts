import { describe, expect, test } from '@jest/globals'
import { goldenBytes } from '../../testing/goldenFile.js'
import type { WeightFile } from '../weightFile.js'
import { combine } from './combine.js'
import { fitsTable, placeNames } from './nameTable.js'
import { NAME_TABLES, recognizeNames, translateNames } from './translateNames.js'

type Shapes = Readonly<Record<string, readonly number[]>>

/** Names and shapes of real models: timm and transformers as they save them, MMPreTrain's own. */
const recorded: { ours: Record<string, Shapes>; cases: Record<string, { ours: string; theirs: Shapes }> } = JSON.parse(
  new TextDecoder().decode(goldenBytes('foreign_names.json')),
)

/** A file with these tensors, all zeros. */
function fileOf(shapes: Shapes): WeightFile {
  return {
    path: 'x',
    format: 'test',
    entries: new Map(Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'F32', shape }])),
    refused: new Map(),
    globals: [],
    metadata: {},
    read: (name) => ({ dtype: 'F32', shape: shapes[name] ?? [], data: new Float32Array((shapes[name] ?? []).reduce((a, b) => a * b, 1)) }),
    close: () => {},
  }
}

/** Counters and running statistics are no parameters, so the recorded parameters do not have them. */
const isBuffer = (name: string) => /running_(mean|var)|num_batches_tracked|relative_position_index/.test(name)

describe('every name and shape of a real model becomes MMPreTrain’s', () => {
  test.each(Object.entries(recorded.cases))('%s', (_, { ours, theirs }) => {
    const expected = recorded.ours[ours] ?? {}
    const table = recognizeNames(Object.keys(theirs))
    expect(table).toBeDefined()
    if (table === undefined) return
    const file = translateNames(fileOf(theirs), table, new Set(Object.keys(expected)))
    const got = Object.fromEntries([...file.entries].filter(([name]) => !isBuffer(name)).map(([name, { shape }]) => [name, shape]))
    expect(got).toEqual(expected)
    for (const [name, { shape }] of file.entries) expect(file.read(name).data.length).toBe(shape.reduce((a, b) => a * b, 1))
  })

  test('a real model is recognized by one table only', () => {
    for (const { theirs } of Object.values(recorded.cases)) {
      expect(NAME_TABLES.filter((table) => fitsTable(Object.keys(theirs), table)).map(({ title }) => title)).toHaveLength(1)
    }
  })

  test('our own names are nobody else’s', () => {
    for (const ours of Object.values(recorded.ours)) expect(recognizeNames(Object.keys(ours))).toBeUndefined()
  })
})

test('rules: numbers, shifts, rests, prefixes, choices', () => {
  const table = {
    title: 't',
    prefix: 'm.',
    signature: ['a.{i}.w'],
    rules: [
      { from: 'a.{i}.w', to: 'b.{i+1}.w' },
      { from: 'c.*', to: ['d.*', 'e.*'] },
      { from: ['q.{i}', 'k.{i}'], to: 'qk.{i}', by: 'stack' as const },
    ],
  }
  const names = ['m.a.0.w', 'm.a.12.w', 'c.x.y', 'm.k.0', 'm.q.0', 'q.1', 'z']
  const { placed, unknown } = placeNames(names, table)
  expect(placed.map(({ targets, sources }) => [targets, sources])).toEqual([
    [['b.1.w'], ['m.a.0.w']],
    [['b.13.w'], ['m.a.12.w']],
    [['d.x.y', 'e.x.y'], ['c.x.y']],
    [['qk.0'], ['m.q.0', 'm.k.0']],
  ])
  expect(unknown).toEqual(['q.1', 'z'])
  expect(fitsTable(names, { ...table, without: ['z'] })).toBe(false)
})

describe('combining', () => {
  const f32 = (shape: number[], ...values: number[]) => ({ dtype: 'F32' as const, shape, data: Float32Array.from(values) })

  test('one under the other', () => {
    expect(combine([f32([1, 2], 1, 2), f32([2, 2], 3, 4, 5, 6)], 'stack', 'x')).toEqual(f32([3, 2], 1, 2, 3, 4, 5, 6))
    expect(() => combine([f32([1, 2], 1, 2), f32([1, 3], 3, 4, 5)], 'stack', 'x: q')).toThrow(/x: q.*different shapes/)
    expect(() => combine([f32([1], 1), { dtype: 'F16', shape: [1], data: Uint16Array.of(0) }], 'stack', 'x')).toThrow(/dtypes/)
  })

  test('patch merging: neighbour k of channel c stands at k·C + c there, at 4c + place here', () => {
    // Two channels; value = 10 · neighbour there + channel.
    const theirs = f32([8], 0, 1, 10, 11, 20, 21, 30, 31)
    expect(Array.from(combine([theirs], 'patchMerging', 'x').data as Float32Array)).toEqual([0, 20, 10, 30, 1, 21, 11, 31])
  })

  test('flatten', () => expect(combine([f32([1, 1, 2], 1, 2)], 'flatten', 'x').shape).toEqual([2]))
})
