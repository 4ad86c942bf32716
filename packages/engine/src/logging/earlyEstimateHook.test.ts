import { expect, test } from '@jest/globals'
import { newProgress, type RunState } from '../run/runState.js'
import { EarlyEstimateHook, estimateLine } from './earlyEstimateHook.js'

test.each([
  [0.05, 2000, undefined],
  [0.0599, 2000, undefined],
  [0.06, 2000, 'At 60 ms a step, training takes about 2 minutes.'],
  [1.5, 2243, 'At 1.5 s a step, training takes about 56 minutes.'],
  [3, 3000, 'At 3.0 s a step, training takes about 2.5 hours.'],
])('%d s a step, %d steps left: %p', (seconds, left, line) => expect(estimateLine(seconds, left)).toBe(line))

test('the first step is not counted, and it is said once', () => {
  const lines: string[] = []
  const progress = { ...newProgress(), maxIters: 1000 }
  // Only what the hook reads.
  const run = { progress, logger: { info: (line: string) => lines.push(line) } } as unknown as RunState
  let clock = 0
  const hook = new EarlyEstimateHook(() => clock)
  for (const [iter, took] of [30_000, 500, 500, 500, 500, 500, 500].entries()) {
    clock += took
    progress.iter = iter
    hook.afterTrainIter(run)
  }
  expect(lines).toEqual(['At 500 ms a step, training takes about 8 minutes.'])
})
