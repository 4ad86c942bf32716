import { expect, test } from '@jest/globals'
import type { RunState } from '../run/runState.js'
import { SimSiamHook } from './simSiamHook.js'

function after(options: { fix_pred_lr?: boolean; adjust_by_epoch?: boolean }, when: 'beforeTrainEpoch' | 'beforeTrainIter'): number[] {
  const paramGroups = [
    { params: [], lr: 0.3 },
    { params: [], lr: 0.2, fix_lr: true },
    { params: [], lr: 0.1, fix_lr: false },
  ]
  const hook = new SimSiamHook({ fix_pred_lr: true, adjust_by_epoch: true, lr: 0.05, ...options })
  hook[when]({ training: { optimWrapper: { paramGroups } } } as unknown as RunState)
  return paramGroups.map(({ lr }) => lr)
}

test('groups that say fix_lr get it back, at each epoch or iteration', () => {
  expect(after({}, 'beforeTrainEpoch')).toEqual([0.3, 0.05, 0.1])
  expect(after({}, 'beforeTrainIter')).toEqual([0.3, 0.2, 0.1])
  expect(after({ adjust_by_epoch: false }, 'beforeTrainIter')).toEqual([0.3, 0.05, 0.1])
  expect(after({ fix_pred_lr: false }, 'beforeTrainEpoch')).toEqual([0.3, 0.2, 0.1])
})
