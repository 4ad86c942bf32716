import { expect, test } from '@jest/globals'
import { batchCount } from './batchCount.js'

test.each<[number, number, boolean, number | null, number]>([
  [10, 4, false, null, 3],
  [10, 4, true, null, 2],
  [8, 4, true, null, 2],
  [3, 4, true, null, 0],
  [10, 4, false, 2, 2],
  [10, 4, false, 9, 3],
])('%i samples, %i a batch, drop_last %s, at most %s: %i batches', (samples, batch_size, drop_last, num_batch_per_epoch, expected) => {
  expect(batchCount(samples, { batch_size, drop_last, num_batch_per_epoch })).toBe(expected)
})
