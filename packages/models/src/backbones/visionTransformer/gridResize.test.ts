import { describe, expect, test } from '@jest/globals'
import { axisWeights, gridWeights, INTERPOLATE_MODES } from './gridResize.js'

const rows = (weights: Float64Array, from: number) =>
  Array.from({ length: weights.length / from }, (_, i) =>
    Array.from(weights.slice(i * from, (i + 1) * from), (w) => Math.round(w * 1e6) / 1e6),
  )

describe('axisWeights', () => {
  test.each([
    [
      'nearest',
      2,
      4,
      [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
      ],
    ],
    [
      'nearest',
      3,
      2,
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ],
    [
      'nearest-exact',
      3,
      2,
      [
        [1, 0, 0],
        [0, 0, 1],
      ],
    ],
    [
      'bilinear',
      2,
      4,
      [
        [1, 0],
        [0.75, 0.25],
        [0.25, 0.75],
        [0, 1],
      ],
    ],
    [
      'area',
      4,
      2,
      [
        [0.5, 0.5, 0, 0],
        [0, 0, 0.5, 0.5],
      ],
    ],
    // Keys' kernel with a = −0.75 at the places ∓0.25, the far neighbours folded back at the border.
    [
      'bicubic',
      2,
      4,
      [
        [1.105469, -0.105469],
        [0.773438 + 0, 0.226562],
        [0.226562, 0.773438],
        [-0.105469, 1.105469],
      ],
    ],
  ] as const)('%s from %i to %i', (mode, from, to, expected) => {
    const got = rows(axisWeights(mode, from, to), from)
    for (const [i, row] of expected.entries()) for (const [j, weight] of row.entries()) expect(got[i]?.[j]).toBeCloseTo(weight, 5)
  })

  test.each(INTERPOLATE_MODES)('%s: every row sums to 1, and the same size changes nothing', (mode) => {
    for (const [from, to] of [
      [3, 7],
      [14, 24],
      [24, 14],
      [1, 5],
    ] as const) {
      for (const row of rows(axisWeights(mode, from, to), from)) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4)
    }
    expect(rows(axisWeights(mode, 3, 3), 3)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ])
  })
})

test('gridWeights treats rows and columns apart', () => {
  const weights = gridWeights('nearest', [1, 2], [2, 2])
  expect(Array.from(weights)).toEqual([1, 0, 0, 1, 1, 0, 0, 1])
})
