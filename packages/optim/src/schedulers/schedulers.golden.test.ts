import { describe, expect, test } from '@jest/globals'
import { RunContainer } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'
import { groupsOnly } from '../testing/groupsOnly.js'
import { readGolden } from '../testing/readGolden.js'
import '../plugin.js'
import { buildParamSchedulers } from './buildParamSchedulers.js'
import type { ParamScheduler } from './paramScheduler.js'
import { ReduceOnPlateauParamScheduler } from './reduceOnPlateauParamScheduler.js'

interface Case {
  readonly schedulers: Record<string, unknown>[]
  readonly optimizer: 'SGD' | 'AdamW'
  readonly initial_groups: (Record<string, unknown> & { lr: number })[]
  readonly epoch_length: number
  readonly max_epochs: number
  readonly values?: Record<string, number[][] | { constant: number[] }>
  readonly state_dict_after_23_iters?: Record<string, unknown>[]
  readonly state_dict_end?: Record<string, unknown>[]
  /** One validation an epoch: what `loss` and `acc` were. */
  readonly metrics?: number[]
  readonly build_error?: { message: string }
  readonly step_error?: { message: string; after_iters: number }
}
const { cases } = readGolden<{ cases: Record<string, Case> }>('schedulers')

/** Errors there, at building or at the step that divides by zero; here always at building. */
const ERRORS: Record<string, RegExp> = {
  err_linear_zero_start: /start_factor: Expected a factor above 0 and at most 1; got 0/,
  err_linear_factor_over_1: /start_factor: Expected a factor above 0 and at most 1; got 1\.1/,
  err_constant_zero: /factor: Expected a factor above 0 and at most 1; got 0/,
  err_constant_negative: /factor: Expected a factor above 0 and at most 1; got -0\.1/,
  err_cosine_both_eta: /Expected eta_min or eta_min_ratio, not both/,
  err_begin_after_end: /the end of StepLR must come after its begin; got .*10.*10/,
  err_restart_no_eta: /Expected eta_min or eta_min_ratio/,
  err_restart_lengths: /periods and restart_weights should have the same length/,
  err_plateau_by_iter: /by_epoch: .*got false, expected true/,
  err_plateau_convert: /convert_to_iter_based: .*got true, expected false/,
  err_convert_by_iter: /only a StepLR by epoch can be converted to iterations/,
  err_onecycle_pct_int: /pct_start: Expected a share in \[0, 1\); got 1/,
  err_onecycle_strategy: /anneal_strategy: .*got 'exp', expected \("cos" \| "linear"\)/,
  err_unknown_argument: /StepLR has no option 'no_such'/,
  err_unknown_type: /NoSuchLR/,
  OneCycleLR_list_eta_max_wrong_length: /eta_max needs a value for each parameter group; got 2, expected '?3 values/,
}

/** Errors that come with a later step. */
const STEP_ERRORS: Record<string, RegExp> = {
  OneCycleLR_too_many_steps: /a 1cycle schedule is over before the run is; got 20/,
  ReduceOnPlateauLR_missing_metric: /no metric 'nope' that a scheduler watches; expected one of loss, acc/,
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

function step(schedulers: readonly ParamScheduler[], one: Case, iteration: number): void {
  for (const scheduler of schedulers) if (!scheduler.byEpoch) scheduler.step()
  if ((iteration + 1) % one.epoch_length !== 0) return
  for (const scheduler of schedulers) if (scheduler.byEpoch) scheduler.step()
  const metric = one.metrics?.[iteration]
  if (metric === undefined) return
  for (const scheduler of schedulers) if (scheduler instanceof ReduceOnPlateauParamScheduler) scheduler.step({ loss: metric, acc: metric })
}

describe('as MMEngine', () => {
  test('134 cases', () => expect(Object.keys(cases).length).toBe(134))

  test.each(Object.entries(cases))('%s', (name, one) => {
    const groups = groupsOf(one)
    const early = ERRORS[name]
    if (one.build_error !== undefined || early !== undefined) {
      expect(() => build(one, groups)).toThrow(early ?? /(?!)/)
      return
    }
    const schedulers = build(one, groups)
    const iterations = one.epoch_length * one.max_epochs
    for (let i = 0; i <= iterations; i++) {
      if (i === 23 && one.step_error === undefined) expectState(schedulers, one.state_dict_after_23_iters ?? [], 'state after 23')
      for (const [key, series] of Object.entries(one.values ?? {})) {
        const wanted = Array.isArray(series) ? series[i] : series.constant
        const got = groups.map((group) => (key === 'betas' ? (group['betas'] as number[])[0] : group[key]))
        close(got, wanted, `${key} at ${i}`)
      }
      if (i === one.step_error?.after_iters || (one.metrics !== undefined && i + 1 === one.step_error?.after_iters)) {
        expect(() => step(schedulers, one, i)).toThrow(STEP_ERRORS[name] ?? /(?!)/)
        return
      }
      if (i === iterations) break
      step(schedulers, one, i)
      if (i === iterations - 1) expectState(schedulers, one.state_dict_end ?? [], 'state at the end')
    }
    expect(one.step_error).toBeUndefined()
  })
})
