import { describe, expect, test } from '@jest/globals'
import { currentInterval, shouldValidate } from '../loops/validationInterval.js'
import { checkFinite } from '../step/checkFinite.js'
import { DEFAULT_HOOKS, hookConfigs, misspeltHooks } from './buildHooks.js'
import { trainLoopConfig } from './buildLoops.js'
import { checkTriplets } from './checkTriplets.js'

describe('which loop', () => {
  test.each([
    [
      { by_epoch: true, max_epochs: 3 },
      { type: 'EpochBasedTrainLoop', max_epochs: 3 },
    ],
    [
      { by_epoch: false, max_iters: 3 },
      { type: 'IterBasedTrainLoop', max_iters: 3 },
    ],
    [{ max_epochs: 3 }, { type: 'EpochBasedTrainLoop', max_epochs: 3 }],
    [{ max_iters: 3 }, { type: 'IterBasedTrainLoop', max_iters: 3 }],
    [
      { type: 'MyLoop', x: 1 },
      { type: 'MyLoop', x: 1 },
    ],
  ])('%o', (given, expected) => expect(trainLoopConfig(given)).toEqual(expected))
})

test('sections that belong together', () => {
  const train = { train_dataloader: {}, train_cfg: {}, optim_wrapper: {} }
  expect(() => checkTriplets({ ...train, param_scheduler: {} })).not.toThrow()
  expect(() => checkTriplets({ ...train, optim_wrapper: null })).toThrow(
    /^optim_wrapper: train_dataloader, train_cfg, optim_wrapper come together.*got 'only train_dataloader and train_cfg'/,
  )
  expect(() => checkTriplets({ param_scheduler: {} })).toThrow(/needs an optimizer/)
})

describe('hooks of a config', () => {
  test('defaults, changed, removed and added', () => {
    const configs = hookConfigs({
      default_hooks: { logger: { interval: 3 }, timer: null, extra: { type: 'Extra' } },
      custom_hooks: [{ type: 'Own' }],
    })
    expect(configs).toEqual([
      { type: 'RuntimeInfoHook' },
      { type: 'DistSamplerSeedHook' },
      { type: 'LoggerHook', interval: 3 },
      { type: 'ParamSchedulerHook' },
      { type: 'CheckpointHook', interval: 1 },
      { type: 'Extra' },
      { type: 'Own' },
    ])
    expect(hookConfigs({})).toEqual(Object.values(DEFAULT_HOOKS))
  })

  test('a default’s name that is misspelt is told', () => {
    expect(misspeltHooks({ default_hooks: { logger: null, chekpoint: {}, visualization: {} } })).toEqual([
      expect.stringMatching(/^default_hooks\.chekpoint is a hook beside the default 'checkpoint'/),
    ])
  })
})

describe('when to validate', () => {
  test.each([
    [1, 10, 1, 1, true],
    [1, 10, 2, 1, false],
    [3, 10, 1, 2, false],
    [4, 10, 1, 2, true],
    [10, 10, 1, 4, true],
    [10, 10, 11, 1, false],
  ])('after %d of %d, from %d, every %d: %p', (done, max, begin, interval, expected) =>
    expect(shouldValidate(done, max, begin, interval)).toBe(expected),
  )
  test('dynamic intervals count from their milestone', () => {
    const dynamic = [
      [8, 1],
      [4, 2],
    ] as const
    expect([1, 2, 3, 6, 7, 9].map((done) => currentInterval(done, 5, dynamic))).toEqual([5, 5, 2, 2, 1, 1])
  })
})

describe('checkFinite', () => {
  test('passes numbers, and whatever is no loss', () => expect(() => checkFinite({ loss: 1, acc: Number.NaN }, 0, 1)).not.toThrow())
  test('names the part rather than the sum', () => {
    expect(() => checkFinite({ loss: Number.NaN, loss_cls: 1, loss_aux: Number.NaN }, 41, 0.1)).toThrow(
      'loss_aux: training cannot go on: iteration 42, learning rate 0.1; got NaN, expected a finite number',
    )
    expect(() => checkFinite({ loss: 1, grad_norm: Number.POSITIVE_INFINITY }, 0, undefined)).toThrow(
      /^grad_norm: .*learning rate unknown; got Infinity/,
    )
  })
})
