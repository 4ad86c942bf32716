import { describe, expect, test } from '@jest/globals'
import { LOGGER, type Logger, RunContainer, SILENT_LOGGER } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { groupsOnly } from '../testing/groupsOnly.js'
import '../plugin.js'
import { buildParamSchedulers } from './buildParamSchedulers.js'
import { resolveSchedule, type ScheduleOptions } from './schedule.js'

const options: ScheduleOptions = { begin: 0, by_epoch: true, convert_to_iter_based: false, verbose: false }

describe('resolveSchedule', () => {
  const horizon = { epochLength: 5, maxEpochs: 12, maxIters: 60 }
  test.each([
    ['the end is that of the run, in epochs', options, { begin: 0, end: 12, byEpoch: true, unit: 1 }],
    ['or in iterations', { ...options, by_epoch: false }, { begin: 0, end: 60, byEpoch: false, unit: 1 }],
    ['given, it stays', { ...options, begin: 2, end: 7 }, { begin: 2, end: 7, byEpoch: true, unit: 1 }],
    ['converted', { ...options, begin: 1, convert_to_iter_based: true }, { begin: 5, end: 60, byEpoch: false, unit: 5 }],
    ['half epochs', { ...options, begin: 0.5, end: 1.5, convert_to_iter_based: true }, { begin: 2, end: 7, byEpoch: false, unit: 5 }],
  ])('%s', (_, given, expected) => {
    expect(resolveSchedule(given, horizon, 'LinearLR')).toEqual(expected)
  })

  test.each([
    [{ ...options, begin: 3, end: 3 }, horizon, /end of LinearLR must come after its begin/],
    [{ ...options, by_epoch: false, convert_to_iter_based: true }, horizon, /only a LinearLR by epoch/],
    [{ ...options, convert_to_iter_based: true }, {}, /number of iterations in an epoch/],
  ])('%j is an error', (given, known, message) => {
    expect(() => resolveSchedule(given, known, 'LinearLR')).toThrow(message)
  })
})

function run(config: object, groups: ParamGroup[], maxEpochs = 10) {
  const warnings: string[] = []
  const container = new RunContainer()
  container.bind(LOGGER, {
    ...SILENT_LOGGER,
    warning: (message: string) => warnings.push(message),
    info: (message: string) => warnings.push(message),
  } as Logger)
  const [scheduler] = buildParamSchedulers(config, groupsOnly(groups), container, { epochLength: 5, maxEpochs, maxIters: maxEpochs * 5 })
  if (scheduler === undefined) throw new Error('one config makes one scheduler')
  return { scheduler, warnings }
}

test('an eta_min above a group’s learning rate is said', () => {
  const groups: ParamGroup[] = [
    { params: [], lr: 0.1 },
    { params: [], lr: 1e-4 },
  ]
  expect(run({ type: 'CosineAnnealingLR', eta_min: 1e-3 }, groups).warnings).toEqual([
    expect.stringMatching(/^eta_min 0\.001 is above the learning rate of 1 parameter groups/),
  ])
  expect(run({ type: 'CosineAnnealingLR', eta_min_ratio: 0.01 }, groups).warnings).toEqual([])
})

test('verbose says each new value', () => {
  expect(run({ type: 'LinearLR', start_factor: 0.1, verbose: true }, [{ params: [], lr: 0.5 }]).warnings).toEqual([
    'Adjusting parameter value of group 0 to 5.0000e-2.',
  ])
})

test('a momentum scheduler needs something to schedule', () => {
  expect(() => run({ type: 'LinearMomentum' }, [{ params: [], lr: 0.5 }])).toThrow(/needs an optimizer with momentum or betas/)
})

test('any value by name', () => {
  const group: ParamGroup = { params: [], lr: 0.5, weight_decay: 0.2 }
  const { scheduler } = run({ type: 'MultiStepParamScheduler', param_name: 'weight_decay', milestones: [1], gamma: 0.5 }, [group])
  scheduler.step()
  expect(group).toMatchObject({ lr: 0.5, weight_decay: 0.1, initial_weight_decay: 0.2 })
})

describe('resuming', () => {
  test('goes on where it stood', () => {
    const straight: ParamGroup = { params: [], lr: 0.5 }
    const first = run({ type: 'CosineAnnealingLR' }, [straight]).scheduler
    for (let i = 0; i < 4; i++) first.step()
    const state = JSON.parse(JSON.stringify(first.stateDict())) as Record<string, unknown>
    const resumed: ParamGroup = { params: [], lr: 0.5 }
    const second = run({ type: 'CosineAnnealingLR' }, [resumed]).scheduler
    second.loadStateDict(state)
    Object.assign(resumed, structuredClone({ ...straight }))
    for (const scheduler of [first, second]) for (let i = 0; i < 4; i++) scheduler.step()
    expect(resumed.lr).toBe(straight.lr)
    expect(second.stateDict()).toEqual(first.stateDict())
  })

  test('a longer run gets its own end', () => {
    const state = run({ type: 'CosineAnnealingLR' }, [{ params: [], lr: 0.5 }]).scheduler.stateDict()
    const { scheduler } = run({ type: 'CosineAnnealingLR' }, [{ params: [], lr: 0.5 }], 20)
    scheduler.loadStateDict(state)
    expect(scheduler.stateDict()).toMatchObject({ end: 20, T_max: 20 })
  })

  test.each([
    [{}, /not one of ours/],
    [{ param_name: 'momentum', base_values: [1], last_step: 0, _global_step: 0 }, /another value; got 'momentum'/],
    [{ param_name: 'lr', base_values: [1, 2], last_step: 0, _global_step: 0 }, /another number of groups; got 2/],
  ])('%j is an error', (state, message) => {
    expect(() => run({ type: 'LinearLR' }, [{ params: [], lr: 0.5 }]).scheduler.loadStateDict(state)).toThrow(message)
  })
})
