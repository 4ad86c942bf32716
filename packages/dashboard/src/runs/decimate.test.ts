import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { between, decimate } from './decimate.js'

test('few points are left as they are', () => {
  const points = { x: [1, 2, 3], y: [4, null, 6] }
  expect(decimate(points, 3)).toEqual(points)
})

test('a single spike among 20,000 points, and a gap, are kept', () => {
  const x = Array.from({ length: 20_000 }, (_, i) => i)
  const y = x.map((i): number | null => (i === 12_345 ? 99 : i === 7000 ? null : Math.sin(i)))
  const thin = decimate({ x, y }, 400)
  expect(thin.x.length).toBeLessThanOrEqual(500)
  expect(thin.y[thin.x.indexOf(12_345)]).toBe(99)
  expect(thin.y[thin.x.indexOf(7000)]).toBeNull()
})

test('order, ends, lowest and highest survive; nothing is made up', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: -50, max: 50 })), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 8, max: 60 }),
      (y, limit) => {
        const x = y.map((_, i) => i)
        const thin = decimate({ x, y }, limit)
        expect(thin.x).toEqual([...new Set(thin.x)].sort((a, b) => a - b))
        expect(thin.y).toEqual(thin.x.map((at) => y[at]))
        expect([thin.x[0], thin.x.at(-1)]).toEqual([0, y.length - 1])
        const values = (list: readonly (number | null)[]) => list.filter((value) => value !== null)
        expect(Math.max(...values(thin.y))).toBe(Math.max(...values(y)))
        expect(Math.min(...values(thin.y))).toBe(Math.min(...values(y)))
      },
    ),
  )
})

test.each([
  [2, 3, [1, 2, 3, 4]],
  [0, 0.5, [1]],
  [2.5, 2.6, [2, 3]],
  [9, 12, [5]],
  [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, [1, 2, 3, 4, 5]],
])('from %p to %p: with one neighbour on each side', (from, to, expected) => {
  expect(between({ x: [1, 2, 3, 4, 5], y: [1, 2, 3, 4, 5] }, from, to).x).toEqual(expected)
})
