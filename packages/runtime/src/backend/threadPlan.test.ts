import { expect, test } from '@jest/globals'
import { planThreads } from './threadPlan.js'

test.each([
  ['ops', 8, { shards: 1, threadsPerOp: undefined }],
  ['shards', 1, { shards: 1, threadsPerOp: undefined }],
  ['shards', 2, { shards: 2, threadsPerOp: 1 }],
  ['shards', 8, { shards: 8, threadsPerOp: 1 }],
  ['shards', 12, { shards: 8, threadsPerOp: 1 }],
  ['shards', 32, { shards: 8, threadsPerOp: 4 }],
] as const)('%s on %d threads', (parallelism, threads, plan) => {
  expect(planThreads(parallelism, threads)).toEqual(plan)
})

test.each([
  ['ops', 8, { shards: 1, threadsPerOp: 1 }],
  ['shards', 1, { shards: 1, threadsPerOp: 1 }],
  ['shards', 2, { shards: 2, threadsPerOp: 1 }],
  ['shards', 32, { shards: 8, threadsPerOp: 1 }],
] as const)('%s on %d threads, deterministic: each op on one', (parallelism, threads, plan) => {
  expect(planThreads(parallelism, threads, true)).toEqual(plan)
})
