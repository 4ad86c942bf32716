import { expect, test } from '@jest/globals'
import { layerScale } from './layerScale.js'

test.each([
  [0.75, [13, 14], 1],
  [0.75, [12, 14], 0.75],
  [0.5, [0, 4], 0.125],
  [1, [0, 14], 1],
] as const)('rate %d at depth %j is %d', (rate, depth, scale) => {
  expect(layerScale(rate, depth)).toBe(scale)
})
