import { expect, test } from '@jest/globals'
import { RunContainer } from '@tessera/core'
import { Parameter, type ParamGroup } from '@tessera/nn'
import { groupsOnly } from '../testing/groupsOnly.js'
import '../plugin.js'
import { type TracedValue, traceSchedules } from './traceSchedules.js'

function group(name: string, lr: number): ParamGroup {
  return { params: [Object.assign(new Parameter([1]), { name })], lr, betas: [0.9, 0.999], weight_decay: 0.1 }
}

function trace(config: object | object[], value: TracedValue = 'lr', points = 1000) {
  const groups = [group('a', 1), group('b', 0.5), group('c', 1), { ...group('', 1), params: [] }]
  const traces = traceSchedules(config, groupsOnly(groups), new RunContainer(), {
    value,
    epochLength: 2,
    maxEpochs: 5,
    maxIters: 10,
    points,
  })
  expect(groups.map(({ lr }) => lr)).toEqual([1, 0.5, 1, 1])
  return traces
}

test('one course for all groups that share it, as each iteration uses it', () => {
  expect(trace({ type: 'StepLR', step_size: 2, gamma: 0.5 })).toEqual([
    {
      params: ['a', 'c', 'base_param_settings'],
      iterations: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      values: [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25],
    },
    expect.objectContaining({ params: ['b'], values: [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125] }),
  ])
})

test('groups that meet are one course, a list of values counts every group, and few points keep both ends', () => {
  expect(trace({ type: 'OneCycleLR', by_epoch: false, eta_max: [1, 2, 3, 3] }).map(({ params }) => params)).toEqual([
    ['a'],
    ['b'],
    ['c', 'base_param_settings'],
  ])
  expect(trace({ type: 'OneCycleLR', by_epoch: false, eta_max: 1 }).length).toBe(1)
  expect(trace({ type: 'ExponentialLR', gamma: 0.5 }, 'lr', 3)[0]?.iterations).toEqual([0, 4, 7, 9])
})

test('momentum and weight decay', () => {
  expect(trace({ type: 'ExponentialMomentum', by_epoch: false, gamma: 0.5 }, 'momentum')[0]?.values.slice(0, 3)).toEqual([0.9, 0.45, 0.225])
  expect(trace([], 'weight_decay')).toEqual([
    expect.objectContaining({ params: ['a', 'c', 'base_param_settings', 'b'], values: Array(10).fill(0.1) }),
  ])
})

test('of several optimizers, each by its own schedulers', () => {
  const wrappers = new Map([
    ['gen', groupsOnly([group('g', 1), { ...group('', 1), params: [] }])],
    ['dis', groupsOnly([group('d', 1)])],
  ])
  const both = { ...groupsOnly([]), wrappers }
  const horizon = { value: 'lr', epochLength: 1, maxEpochs: 3, maxIters: 3 } as const
  const gen = { type: 'StepLR', step_size: 1, gamma: 0.5 }
  expect(traceSchedules({ gen, dis: [] }, both, new RunContainer(), horizon)).toEqual([
    { params: ['g', 'gen.base_param_settings'], iterations: [0, 1, 2], values: [1, 0.5, 0.25] },
    { params: ['d'], iterations: [0, 1, 2], values: [1, 1, 1] },
  ])
  expect(() => traceSchedules({ gen }, both, new RunContainer(), horizon)).toThrow(
    /param_scheduler\.dis: an optimizer has no schedulers; expected schedulers for each of gen, dis; \[\] for none/,
  )
})
