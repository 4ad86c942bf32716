import { describe, expect, test } from '@jest/globals'
import { LOGGER, type Logger, RunContainer, SILENT_LOGGER } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { groupsOnly } from '../testing/groupsOnly.js'
import '../plugin.js'
import { buildParamSchedulers } from './buildParamSchedulers.js'
import type { ReduceOnPlateauLR } from './reduceOnPlateauParamScheduler.js'
import { resolveSchedule, type ScheduleOptions } from './schedule.js'

const options: ScheduleOptions = {
  begin: 0,
  by_epoch: true,
  convert_to_iter_based: false,
  verbose: false,
  horizon_on_resume: 'checkpoint',
}

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

  test.each([
    [{}, /not one of ours/],
    [{ param_name: 'momentum', base_values: [1], last_step: 0, _global_step: 0 }, /another value; got 'momentum'/],
    [{ param_name: 'lr', base_values: [1, 2], last_step: 0, _global_step: 0 }, /another number of groups; got 2/],
  ])('%j is an error', (state, message) => {
    expect(() => run({ type: 'LinearLR' }, [{ params: [], lr: 0.5 }]).scheduler.loadStateDict(state)).toThrow(message)
  })
})

describe('a run that is resumed with another length', () => {
  const CONFIGS = [
    { type: 'LinearLR' },
    { type: 'ConstantLR' },
    { type: 'CosineAnnealingLR', eta_min: 0.01 },
    { type: 'CosineAnnealingLR', eta_min_ratio: 0.1 },
    { type: 'PolyLR', power: 0.9 },
    { type: 'OneCycleLR', eta_max: 1 },
    { type: 'StepLR', step_size: 2 },
    { type: 'MultiStepLR', milestones: [1, 3, 3] },
    { type: 'ExponentialLR', gamma: 0.9 },
    { type: 'CosineRestartLR', periods: [2, 4], restart_weights: [1, 0.5], eta_min: 0 },
  ]

  /** Rates of ten epochs, of which the last five are another scheduler's, built for `epochs` and with other options. */
  const rates = (config: object, resumedWith: object, epochs: number): { values: number[]; warnings: string[]; end: unknown } => {
    const group: ParamGroup = { params: [], lr: 1 }
    const first = run(config, [group]).scheduler
    const values: number[] = []
    const note = (step: () => void, of: ParamGroup) => {
      for (let i = 0; i < 5; i++) {
        values.push(of.lr)
        step()
      }
    }
    note(() => first.step(), group)
    const resumed: ParamGroup = { params: [], lr: 1 }
    const { scheduler, warnings } = run(resumedWith, [resumed], epochs)
    const state = JSON.parse(JSON.stringify(first.stateDict())) as Record<string, unknown>
    scheduler.loadStateDict(state)
    Object.assign(resumed, structuredClone({ ...group }))
    note(() => scheduler.step(), resumed)
    return { values, warnings, end: scheduler.stateDict()['end'] }
  }

  test.each(CONFIGS)('%j: goes on as in the checkpoint, which MMEngine does, and says so', (config) => {
    const whole = rates(config, config, 10)
    expect(whole.warnings).toEqual([])
    const longer = rates(config, config, 20)
    expect(longer.values).toEqual(whole.values)
    expect(longer.end).toBe(10)
    expect(longer.warnings).toEqual([
      expect.stringMatching(/goes on as in the checkpoint: end 10 \(the config has 20\).*horizon_on_resume/),
    ])
  })

  test('other options of the config do not count either', () => {
    const config = { type: 'MultiStepLR', milestones: [6], gamma: 0.5 }
    expect(rates(config, { ...config, gamma: 0.1, milestones: [8] }, 10).values).toEqual(rates(config, config, 10).values)
    const plateau = { type: 'ReduceOnPlateauLR', factor: 0.5, patience: 0 }
    const group: ParamGroup = { params: [], lr: 1 }
    const { scheduler } = run({ ...plateau, factor: 0.1, patience: 9 }, [group])
    const saved = run(plateau, [{ params: [], lr: 1 }]).scheduler as ReduceOnPlateauLR
    for (const loss of [1, 2]) saved.step({ loss })
    scheduler.loadStateDict(JSON.parse(JSON.stringify(saved.stateDict())) as Record<string, unknown>)
    const resumed = scheduler as ReduceOnPlateauLR
    resumed.step({ loss: 3 })
    expect(group.lr).toBe(0.5)
  })

  test.each(CONFIGS)("%j: by horizon_on_resume the config's length counts, and is said", (config) => {
    const { end, warnings } = rates(config, { ...config, horizon_on_resume: 'config' }, 20)
    expect(end).toBe(20)
    expect(warnings).toEqual([expect.stringMatching(/goes on as configured now: end 20 \(the checkpoint has 10\)/)])
  })

  test('a state without the numbers of the rule is an error', () => {
    const state = { param_name: 'lr', base_values: [1], last_step: 0, _global_step: 0, begin: 0, end: 5, gamma: 'x' }
    expect(() => run({ type: 'ExponentialLR', gamma: 0.5 }, [{ params: [], lr: 1 }]).scheduler.loadStateDict(state)).toThrow(
      /gamma: the scheduler state is not one of ours; got 'x'/,
    )
  })

  test('a cosine of another length goes on from where it stands to its minimum', () => {
    const group: ParamGroup = { params: [], lr: 1 }
    const first = run({ type: 'CosineAnnealingLR' }, [group]).scheduler
    for (let i = 0; i < 5; i++) first.step()
    const resumed: ParamGroup = { params: [], lr: 1 }
    const longer = run({ type: 'CosineAnnealingLR', horizon_on_resume: 'config' }, [resumed], 20).scheduler
    longer.loadStateDict(first.stateDict())
    Object.assign(resumed, structuredClone({ ...group }))
    const values = Array.from({ length: 14 }, () => {
      longer.step()
      return resumed.lr
    })
    expect(values[0]).toBeLessThan(0.5)
    expect(values.toSorted((a, b) => b - a)).toEqual(values)
    expect(values.at(-1)).toBeLessThan(0.01)
  })
})

describe('reduce on plateau', () => {
  test('keeps what it watched in its state', () => {
    const metrics = [1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    const config = { type: 'ReduceOnPlateauLR', patience: 1, cooldown: 1, factor: 0.5, min_value: 0.2 }
    const straight: ParamGroup = { params: [], lr: 1 }
    const one = run(config, [straight]).scheduler as ReduceOnPlateauLR
    const resumed: ParamGroup = { params: [], lr: 1 }
    let two = run(config, [resumed]).scheduler as ReduceOnPlateauLR
    metrics.forEach((loss, i) => {
      if (i === 3) {
        const state = JSON.parse(JSON.stringify(two.stateDict())) as Record<string, unknown>
        const { lr } = resumed
        two = run(config, [Object.assign(resumed, { lr: 1 })]).scheduler as ReduceOnPlateauLR
        two.loadStateDict(state)
        resumed.lr = lr
      }
      for (const scheduler of [one, two]) {
        scheduler.step()
        scheduler.step({ loss })
      }
      expect(resumed.lr).toBe(straight.lr)
    })
    expect(straight.lr).toBe(0.25)
    expect(two.stateDict()).toEqual(one.stateDict())
  })

  test.each([
    [{ min_value: [0.1, 0.1] }, /min_value needs a value for each parameter group; got 2/],
    [{ factor: 1 }, /factor: Factor should be < 1\.0/],
    [{ rule: 'more' }, /rule: .*got 'more'/],
    [{ threshold: -1 }, /threshold should be >= 0/],
  ])('%j is an error', (options, message) => {
    expect(() => run({ type: 'ReduceOnPlateauLR', ...options }, [{ params: [], lr: 1 }])).toThrow(message)
  })

  test('names the metric that was meant', () => {
    const { scheduler } = run({ type: 'ReduceOnPlateauLR', monitor: 'accurcy' }, [{ params: [], lr: 1 }])
    expect(() => (scheduler as ReduceOnPlateauLR).step({ accuracy: 1, loss: 2 })).toThrow(/Did you mean 'accuracy'/)
  })
})

test.each([
  [{ type: 'StepLR', step_size: 0 }, /step_size: Expected a positive whole number/],
  [{ type: 'PolyLR', eta_min: '0' }, /eta_min: .*got '0'/],
  [{ type: 'CosineRestartLR', periods: [0], eta_min: 0 }, /periods\.0: Expected a positive number/],
  [{ type: 'OneCycleParamScheduler', param_name: 'momentum' }, /param_name: .*got 'momentum'/],
])('%j is an error', (config, message) => {
  expect(() => run(config, [{ params: [], lr: 1 }])).toThrow(message)
})

test('eta_min above a group’s own rate is said by every scheduler that has one', () => {
  for (const config of [{ type: 'PolyLR' }, { type: 'CosineRestartLR', periods: [10] }]) {
    expect(run({ ...config, eta_min: 2 }, [{ params: [], lr: 1 }]).warnings).toEqual([expect.stringMatching(/^eta_min 2 is above/)])
  }
})
