import { expect, test } from '@jest/globals'
import { smoothed } from './smoothed.js'

test('a constant stays, its start is not pulled to zero, gaps stay gaps', () => {
  expect(smoothed([2, 2, null, 2], 0.9).map((value) => value && Number(value.toFixed(12)))).toEqual([2, 2, null, 2])
})

test('by hand, with a weight of one half', () => {
  // mean 1/2, then 1/4 + 3/2 = 7/4; divided by 1/2 and 3/4
  expect(smoothed([1, 3], 0.5)).toEqual([1, 7 / 3])
})

test('without weight nothing changes', () => {
  expect(smoothed([1, -3, 5], 0)).toEqual([1, -3, 5])
})
