import { expect, test } from '@jest/globals'
import { isDue, lossDivisor } from './accumulation.js'

test.each([
  // counts, iterations, divisors, steps at
  [1, 3, [1, 1, 1], [0, 1, 2]],
  [4, 8, [4, 4, 4, 4, 4, 4, 4, 4], [3, 7]],
  [4, 6, [4, 4, 4, 4, 2, 2], [3, 5]],
  [4, 2, [2, 2], [1]],
  [3, undefined, [3, 3, 3, 3], [2]],
] as const)('accumulating %i over %s iterations', (counts, max, divisors, due) => {
  const states = divisors.map((_, inner) => ({ counts, inner, max }))
  expect(states.map(lossDivisor)).toEqual(divisors)
  expect(states.filter(isDue).map(({ inner }) => inner)).toEqual(due)
})

test('past the end the remainder goes on, and without one there is no divisor', () => {
  expect(lossDivisor({ counts: 4, inner: 10, max: 10 })).toBe(2)
  expect(lossDivisor({ counts: 4, inner: 12, max: 12 })).toBe(0)
})
