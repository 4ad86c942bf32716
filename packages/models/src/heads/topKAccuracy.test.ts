import { beforeAll, expect, test } from '@jest/globals'
import { tf, useBackend } from '@tessera/runtime'
import { topKAccuracy } from './topKAccuracy.js'

beforeAll(async () => {
  await useBackend('auto')
})

test.each([
  [[[0.1, 0.9, 0.5]], [1], 1, 100],
  [[[0.1, 0.9, 0.5]], [2], 1, 0],
  [[[0.1, 0.9, 0.5]], [2], 2, 100],
  [
    [
      [-1, -2],
      [-5, -3],
    ],
    [0, 0],
    1,
    50,
  ],
  // Equal scores: one winner, not all of them.
  [[[1, 1, 1]], [0], 1, 100],
  [[[1, 1, 1]], [2], 1, 0],
])('%j with labels %j, top %i: %d %%', async (scores, labels, k, expected) => {
  const before = tf.memory().numTensors
  const value = tf.tidy(() => topKAccuracy(tf.tensor2d(scores), tf.tensor1d(labels, 'int32'), k))
  expect((await value.data())[0]).toBe(expected)
  value.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
