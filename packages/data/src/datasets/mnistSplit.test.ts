import { describe, expect, test } from '@jest/globals'
import { proportionalShares, splitDigits } from './mnistSplit.js'

describe('splitDigits', () => {
  test('takes every image once, and the same ones every time', () => {
    const counts = [40, 60, 100]
    const { train, test: held } = splitDigits(counts, 20)
    const names = [...train, ...held].map(({ digit, position }) => `${digit}/${position}`)
    expect(new Set(names).size).toBe(200)
    expect(counts.map((_, digit) => held.filter((ref) => ref.digit === digit).length)).toEqual([4, 6, 10])
    expect(splitDigits(counts, 20)).toEqual({ train, test: held })
  })

  test('mixes the classes', () => {
    const { train } = splitDigits([100, 100], 20)
    expect(new Set(train.slice(0, 20).map(({ digit }) => digit)).size).toBe(2)
  })
})

test.each<[number[], number, number[]]>([
  [[1, 1, 1], 2, [1, 1, 0]],
  [[10, 20, 70], 10, [1, 2, 7]],
  [[5, 5], 0, [0, 0]],
  [[3, 3, 4], 5, [2, 1, 2]],
])('shares of %j that make %i: %j', (counts, total, expected) => {
  expect(proportionalShares(counts, total)).toEqual(expected)
})
