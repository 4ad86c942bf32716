import { describe, expect, test } from '@jest/globals'
import { RunContainer } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { groupsOnly } from '../testing/groupsOnly.js'
import { readGolden } from '../testing/readGolden.js'
import '../plugin.js'
import { buildParamSchedulers } from './buildParamSchedulers.js'
import type { ParamScheduler } from './paramScheduler.js'

interface Case {
  readonly schedulers: Record<string, unknown>[]
  readonly optimizer: 'SGD' | 'AdamW'
  readonly initial_groups: (Record<string, unknown> & { lr: number })[]
  readonly epoch_length: number
  readonly max_epochs: number
  readonly values?: Record<string, number[][] | { constant: number[] }>
  readonly state_dict_after_23_iters?: Record<string, unknown>[]
  readonly state_dict_end?: Record<string, unknown>[]
  readonly build_error?: { message: string }
  readonly step_error?: { message: string }
}
const { cases } = readGolden<{ cases: Record<string, Case> }>('schedulers')

/** Errors there, at building or at the step that divides by zero; here always at building. */
const ERRORS: Record<string, RegExp> = {
  err_linear_zero_start: /start_factor: Expected a factor above 0 and at most 1; got 0/,
  err_linear_factor_over_1: /start_factor: Expected a factor above 0 and at most 1; got 1\.1/,
  err_constant_zero: /factor: Expected a factor above 0 and at most 1; got 0/,
  err_constant_negative: /factor: Expected a factor above 0 and at most 1; got -0\.1/,
  err_cosine_both_eta: /Expected eta_min or eta_min_ratio, not both/,
}

/** The golden groups are the optimizer's own, followed by base_param_settings when there is more than one. */
function groupsOf({ initial_groups, optimizer }: Case): ParamGroup[] {
  const filled = initial_groups.map((group) => ({ ...group, params: [] }))
  const base = filled[0]
  const defaults = optimizer === 'SGD' ? { lr: 0.1, momentum: 0.9, weight_decay: 0.1 } : { ...base }
  return filled.length > 1 ? [...filled, { ...defaults, lr: base?.lr ?? 0, params: [] }] : filled
}

function build(one: Case, groups: readonly ParamGroup[]): ParamScheduler[] {
  return buildParamSchedulers(one.schedulers, groupsOnly(groups), new RunContainer(), { epochLength: one.epoch_length })
}

function close(got: unknown, wanted: unknown, label: string): void {
  if (typeof wanted === 'number' && typeof got === 'number') {
    if (Math.abs(got - wanted) > 1e-8 * Math.abs(wanted) + 1e-15) throw new Error(`${label}: got ${got}, expected ${wanted}`)
  } else if (Array.isArray(wanted) && Array.isArray(got)) {
    expect(got.length).toBe(wanted.length)
    for (const [i, value] of wanted.entries()) close(got[i], value, `${label}[${i}]`)
  } else expect(got).toEqual(wanted)
}

function expectState(schedulers: readonly ParamScheduler[], wanted: readonly Record<string, unknown>[], label: string): void {
  schedulers.forEach((scheduler, i) => {
    const state = scheduler.stateDict()
    const expected = wanted[i] ?? {}
    expect(Object.keys(state).sort()).toEqual(Object.keys(expected).sort())
    for (const [key, value] of Object.entries(expected)) close(state[key], value, `${label} ${key}`)
  })
}

describe('as MMEngine', () => {
  test('63 cases', () => expect(Object.keys(cases).length).toBe(63))

  test.each(Object.entries(cases))('%s', (name, one) => {
    const groups = groupsOf(one)
    if (one.build_error !== undefined || one.step_error !== undefined) {
      expect(() => build(one, groups)).toThrow(ERRORS[name] ?? /(?!)/)
      return
    }
    const schedulers = build(one, groups)
    const iterations = one.epoch_length * one.max_epochs
    for (let i = 0; i <= iterations; i++) {
      if (i === 23) expectState(schedulers, one.state_dict_after_23_iters ?? [], 'state after 23')
      for (const [key, series] of Object.entries(one.values ?? {})) {
        const wanted = Array.isArray(series) ? series[i] : series.constant
        const got = groups.map((group) => (key === 'betas' ? (group['betas'] as number[])[0] : group[key]))
        close(got, wanted, `${key} at ${i}`)
      }
      for (const scheduler of schedulers) if (!scheduler.byEpoch) scheduler.step()
      if ((i + 1) % one.epoch_length === 0) for (const scheduler of schedulers) if (scheduler.byEpoch) scheduler.step()
      if (i === iterations - 1) expectState(schedulers, one.state_dict_end ?? [], 'state at the end')
    }
  })
})
