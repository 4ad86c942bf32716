import { expect, test } from '@jest/globals'
import { sincosPositions } from './sincosPositions.js'

test('sines and cosines of both coordinates at falling frequencies', () => {
  const { shape, data } = sincosPositions([2, 2], 8, true)
  expect(shape).toEqual([1, 5, 8])
  expect(Array.from(data.subarray(0, 8))).toEqual(new Array(8).fill(0))
  const [s, c, slow] = [Math.sin(1), Math.cos(1), 0.01]
  // Place 1: first coordinate 0, second 1; place 2 the other way round.
  const rows = [
    [0, 0, 1, 1, 0, 0, 1, 1],
    [0, 0, 1, 1, s, Math.sin(slow), c, Math.cos(slow)],
    [s, Math.sin(slow), c, Math.cos(slow), 0, 0, 1, 1],
  ]
  for (const [place, row] of rows.entries()) for (const [i, value] of row.entries()) expect(data[(1 + place) * 8 + i]).toBeCloseTo(value, 6)
})

test('of a grid that is no square, places run down the columns first, as MMPreTrain’s do', () => {
  const { data } = sincosPositions([2, 3], 4, false)
  const first = Array.from({ length: 6 }, (_, place) => data[place * 4])
  expect(first.map((value) => Math.round((value ?? 9) * 100))).toEqual([0, 0, 84, 84, 91, 91])
})
