import { expect, test } from '@jest/globals'
import { layerScale } from './layerScale.js'

test.each([
  [0.75, [13, 14], 1],
  [0.75, [12, 14], 0.75],
  [0.5, [0, 4], 0.125],
  [1, [0, 14], 1],
  [[0.1, 0.5, 1], [1, 3], 0.5],
  [(depth: number, layers: number) => (depth + 1) / layers, [1, 4], 0.5],
] as const)('rate %p at depth %j is %d', (rate, depth, scale) => {
  expect(layerScale(rate, depth)).toBe(scale)
})

test.each([
  [[0.1, 1], /layer_decay_rate: .*expected '?3 numbers, one for each layer/],
  [() => -1, /layer_decay_rate: .*got -1, expected '?a number that is not negative for depth 0 of 3/],
  [() => Number.NaN, /got NaN/],
])('%p is an error', (rate, message) => {
  expect(() => layerScale(rate, [0, 3])).toThrow(message)
})
