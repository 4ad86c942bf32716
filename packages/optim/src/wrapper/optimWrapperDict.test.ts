import { beforeAll, expect, test } from '@jest/globals'
import { OPTIM_WRAPPERS, OPTIMIZERS, RunContainer } from '@tessera/core'
import { useBackend } from '@tessera/runtime'
import type { Optimizer } from '../optimizers/optimizer.js'
import { type QuadraticData, QuadraticProblem } from '../testing/quadraticProblem.js'
import { readGolden } from '../testing/readGolden.js'
import '../plugin.js'
import type { OptimWrapper } from './optimWrapper.js'
import { OptimWrapperDict } from './optimWrapperDict.js'

const golden = readGolden<{ problem: QuadraticData; wrappers: { dict: Record<string, Record<string, number[]>> } }>('optim_wrapper')

beforeAll(() => useBackend('auto'))

function made() {
  const problem = new QuadraticProblem(golden.problem)
  const container = new RunContainer()
  const wrap = (opt: { type: string; lr: number; momentum?: number }, params: QuadraticProblem['x'][]) => {
    const optimizer = container.build(OPTIMIZERS, opt, [{ params }]) as Optimizer
    return container.build(OPTIM_WRAPPERS, { type: 'OptimWrapper', optimizer: opt }, optimizer) as OptimWrapper
  }
  const gen = wrap({ type: 'SGD', lr: 0.1, momentum: 0.9 }, [problem.x])
  const dis = wrap({ type: 'Adam', lr: 0.02 }, [problem.W, problem.s])
  return { problem, dict: new OptimWrapperDict({ gen, dis }) }
}

test('answers as MMEngine', () => {
  const { problem, dict } = made()
  const { get_lr, get_momentum, keys } = golden.wrappers.dict
  expect(dict.getLr()).toEqual(get_lr)
  expect(dict.getMomentum()).toEqual(get_momentum)
  expect([...dict.keys()]).toEqual(keys)
  expect([dict.size, dict.has('gen'), dict.has('x')]).toEqual([2, true, false])
  expect(dict.paramGroups.map(({ lr }) => lr)).toEqual([0.1, 0.02])
  expect(() => dict.updateParams()).toThrow(/updateParams is called on each optimizer wrapper of an OptimWrapperDict separately/)
  expect(() => dict.optimContext()).toThrow(/optimContext is called on each optimizer wrapper of an OptimWrapperDict separately/)
  expect(dict.get('gen').optimContext(() => 3)).toBe(3)
  expect(() => dict.get('dsi')).toThrow(/no optimizer wrapper has this name; got 'dsi', expected '?one of gen, dis/)
  problem.dispose()
})

test('keeps each state under its name, and takes it back', () => {
  const { problem, dict } = made()
  for (const wrapper of dict.values()) wrapper.updateParams(() => problem.call(0))
  const state = dict.stateDict()
  expect([...state.tensors.keys()]).toEqual([
    'gen/momentum_buffer.x',
    'dis/exp_avg.W',
    'dis/exp_avg.s',
    'dis/exp_avg_sq.W',
    'dis/exp_avg_sq.s',
  ])
  const other = made()
  other.dict.loadStateDict(state)
  expect(other.dict.stateDict()).toEqual(state)
  expect(() => other.dict.loadStateDict({ ...state, json: { den: {} } })).toThrow(
    /a wrapper that is not here; got 'den'.*Did you mean 'gen'/,
  )
  for (const one of [dict, other.dict]) one.dispose()
  for (const one of [problem, other.problem]) one.dispose()
})
