import { expect, test } from '@jest/globals'
import type { DataSample } from '@tessera/core'
import { rankResults } from './rankResults.js'

const sample = (name: number, gt: number[], pred: number[], ...scores: number[]): DataSample => ({
  metainfo: { sample_idx: name },
  gt_label: gt,
  pred_label: pred,
  pred_score: Float32Array.from(scores),
})
const SAMPLES = [
  sample(0, [0], [0], 0.75, 0.25),
  sample(1, [0], [1], 0.375, 0.625),
  sample(2, [1], [1], 0.0625, 0.9375),
  sample(3, [1], [0], 0.5625, 0.4375),
  sample(4, [1, 0], [0, 1], 0.875, 0.8125),
  sample(5, [1, 0], [0], 0.6875, 0.25),
  { metainfo: {}, pred_score: Float32Array.of(1) },
]
const names = (samples: readonly DataSample[]) => samples.map(({ metainfo }) => metainfo['sample_idx'])

test('right and wrong ones, the least sure first', () => {
  const { success, fail } = rankResults(SAMPLES, 20)
  expect([names(success), names(fail)]).toEqual([
    [0, 4, 2],
    [3, 1, 5],
  ])
})

test('or the surest first, at most so many', () => {
  const { success, fail } = rankResults(SAMPLES, 2, 'most')
  expect([names(success), names(fail)]).toEqual([
    [2, 4],
    [5, 1],
  ])
})
