import { expect, test } from '@jest/globals'
import { type LogFacts, withLogLine } from './logFacts.js'

const TRAIN = '2026/11/24 10:21:07 - tessera - INFO - Epoch(train) [1][100/132]  lr: 3.5737e-04  eta: 0:00:07  time: 0.0159'
const MMENGINE = '2022/12/21 13:39:26 - mmengine - INFO - Epoch(train)   [2][ 50/1252]  lr: 1.9e-04  eta: 3 days, 1:02:03  time: 0.5'
const BY_ITER = '11/24 10:21:07 - mmengine - INFO - Iter(train) [  10/20000]  lr: 1.0e-01  eta: 1:02:03  time: 0.1'
const DONE = '2026/11/24 10:21:14 - tessera - INFO - Done in 0:00:07, 396 iterations: accuracy/top1 78.60 (best 78.60)'
const STOPPED = '2026/11/24 10:21:14 - tessera - INFO - Stopped after 0:00:07, 96 iterations'

test.each<[string, readonly string[], LogFacts]>([
  ['epochs', [TRAIN], { byEpoch: true, epochLength: 132, eta: '0:00:07' }],
  ["MMEngine's own", [MMENGINE], { byEpoch: true, epochLength: 1252, eta: '3 days, 1:02:03' }],
  ['iterations', [BY_ITER], { byEpoch: false, maxIters: 20_000, eta: '1:02:03' }],
  ['the end', [TRAIN, DONE], { byEpoch: true, epochLength: 132, eta: '0:00:07', end: 'finished' }],
  ['an end by hand', [STOPPED], { end: 'stopped' }],
  ['a run that goes on', [STOPPED, TRAIN], { byEpoch: true, epochLength: 132, eta: '0:00:07' }],
  ['anything else', ['', 'Done in by'], {}],
])('%s', (_name, lines, expected) => {
  expect(lines.reduce(withLogLine, {} as LogFacts)).toEqual(expected)
})
