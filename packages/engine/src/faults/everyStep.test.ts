import { beforeAll, expect, test } from '@jest/globals'
import { useBackend } from '@tessera/runtime'
import { recordedRun } from '../testing/recordedRun.js'
import { tinyConfig, tinyOptions } from '../testing/tinyRun.js'

let whole: Awaited<ReturnType<typeof recordedRun>>
beforeAll(async () => {
  await useBackend('auto')
  whole = await recordedRun(tinyConfig(CHANGES))
})

const CHANGES = {
  train_cfg: { by_epoch: true, max_epochs: 2 },
  custom_hooks: [{ type: 'EMAHook', momentum: 0.1 }],
  param_scheduler: [
    { type: 'TinyDecay', by_epoch: false },
    { type: 'TinyPlateau', monitor: 'accuracy/top1' },
  ],
  default_hooks: { checkpoint: { by_epoch: false, interval: 4, max_keep_ckpts: 2, save_best: 'auto' } },
}

test('stopped after every step of two epochs, one after the other, the run ends as if it had not been', async () => {
  const losses = new Map<number, number>()
  const { workDir } = tinyOptions()
  let last = whole
  // Each process does one step: fourteen resumes in a row, and the last ends the run.
  for (let stopAt = 1; stopAt <= 14; stopAt++) {
    last = await recordedRun(tinyConfig({ ...CHANGES, resume: true }), tinyOptions(workDir), stopAt < 14 ? { stopAt } : {})
    for (const [iter, loss] of last.losses) losses.set(iter, loss)
  }
  expect(losses).toEqual(whole.losses)
  expect(last.weights).toEqual(whole.weights)
  for (const key of ['train/loss', 'train/lr', 'val/accuracy/top1', 'validated_at'])
    expect(last.state.hub.getScalar(key).data()).toEqual(whole.state.hub.getScalar(key).data())
})

test.each(Array.from({ length: 14 }, (_, index) => index + 1))('stopped once, after step %i', async (stopAt) => {
  const first = await recordedRun(tinyConfig(CHANGES), tinyOptions(), { stopAt })
  const second = await recordedRun(tinyConfig({ ...CHANGES, resume: true }), tinyOptions(first.workDir))
  expect(new Map([...first.losses, ...second.losses])).toEqual(whole.losses)
  expect(second.weights).toEqual(whole.weights)
  expect(second.state.hub.getInfo('best_score')).toEqual(whole.state.hub.getInfo('best_score'))
})
