import { expect, test } from '@jest/globals'
import { goldenJson, relativeError } from '../testing/golden.js'
import { resizeBiasTable } from './resizeBiasTable.js'

/** What MMPreTrain's resize_relative_position_bias_table (by scipy's splines) made of random tables of two heads. */
const golden = goldenJson<{ from: number; to: number; table: number[]; resized: number[] }[]>('bias_tables.json')

test.each(golden.map((one) => [`${one.from} → ${one.to}`, one] as const))('%s', (_, { from, to, table, resized }) => {
  const got = resizeBiasTable({ shape: [from * from, 2], data: Float32Array.from(table) }, to, to, 0)
  expect(got?.shape).toEqual([to * to, 2])
  expect(relativeError(got?.data ?? [], resized)).toBeLessThan(1e-4)
})

test('rows for the class token stay at the end', () => {
  const data = Float32Array.from({ length: 25 + 3 }, (_, i) => i)
  const got = resizeBiasTable({ shape: [28, 1], data }, 7, 7, 3)
  expect(got?.shape).toEqual([52, 1])
  expect(Array.from(got?.data.slice(-3) ?? [])).toEqual([25, 26, 27])
})

test('what is no square table is left to be refused', () => {
  expect(resizeBiasTable({ shape: [24, 2], data: new Float32Array(48) }, 7, 7, 0)).toBeUndefined()
  expect(resizeBiasTable({ shape: [25, 2], data: new Float32Array(50) }, 7, 5, 0)).toBeUndefined()
})
