import { expect, test } from '@jest/globals'
import { reshapedSplit } from './reshapeRule.js'

test.each<[string, number[], number[], number, number[], { axis: number; sizes: number[] } | undefined]>([
  ['samples become rows', [3, 5, 4], [15, 4], 0, [2, 1], { axis: 0, sizes: [10, 5] }],
  ['rows become samples', [15, 4], [3, 5, 4], 0, [10, 5], { axis: 0, sizes: [2, 1] }],
  ['rows that are no whole samples', [15, 4], [3, 5, 4], 0, [8, 7], undefined],
  ['a batch of one moves to its rows', [7, 4], [1, 7, 2, 2], 0, [4, 3], { axis: 1, sizes: [4, 3] }],
  ['an axis in the middle', [2, 6, 4], [2, 3, 8], 1, [4, 2], { axis: 1, sizes: [2, 1] }],
  ['an axis that the new shape has merged', [2, 6, 4], [12, 4], 1, [3, 3], undefined],
  ['all in one row', [4, 3], [12], 0, [2, 2], { axis: 0, sizes: [6, 6] }],
])('%s', (_, from, to, axis, sizes, expected) => {
  expect(reshapedSplit(from, to, axis, sizes)).toEqual(expected)
})
