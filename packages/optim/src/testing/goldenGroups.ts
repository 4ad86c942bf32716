import { expect } from '@jest/globals'
import { TesseraError } from '@tessera/core'
import type { GroupDescription } from '../wrapper/describeGroups.js'
import type { GoldenModel } from './namedTree.js'
import { readGolden } from './readGolden.js'

export interface GoldenCase {
  readonly case: string
  readonly optim_wrapper_cfg: { optimizer: Record<string, unknown>; constructor: string; paramwise_cfg?: Record<string, unknown> }
  /** Two parameters of which the second was made the first. */
  readonly shared?: string[]
  readonly groups?: ({ params: string[] } & Record<string, unknown>)[]
  readonly error?: { type: string; message: string }
}

export interface GoldenGroups extends GoldenModel {
  readonly model_cfg: object
  readonly cases: GoldenCase[]
}

/** 23 tiny models by name, and what 536 configs made of them. */
export function readGoldenGroups(): Record<string, GoldenGroups> {
  return readGolden('param_groups')
}

/**
 * Expects the groups, or the error, that a case ends in: the reference's, or better where the reference is to be bettered.
 * @param inOrder the options of a group in the reference's order as well; ours differs where a custom key names others before `lr_mult`
 */
export function expectCase(one: GoldenCase, run: () => readonly GroupDescription[], inOrder = true): void {
  const unknownKey = Object.hasOwn(one.optim_wrapper_cfg.paramwise_cfg ?? {}, 'no_such_mult')
  if (unknownKey) {
    // Better than the reference, which trains on: a key that nobody knows is an error.
    const { code, message } = errorOf(run)
    expect(`${code} ${message}`).toMatch(/^INVALID_OPTIONS .*has no option 'no_such_mult'.*expected one of custom_keys/)
  } else if (one.error?.type === 'KeyError') {
    // Better than the reference, whose debug message fails: layer decay works, and weight decay is the optimizer's default.
    const groups = run()
    expect(groups.length).toBeGreaterThan(1)
    for (const group of groups) expect([group.weight_decay, typeof group['lr_scale']]).toEqual([0, 'number'])
  } else if (one.error?.type === 'NotImplementedError') {
    expect(errorOf(run).code).toBe('NO_LAYER_DEPTH')
  } else if (one.error !== undefined) {
    const { code, message } = errorOf(run)
    expect(`${code} ${message}`).toMatch(CODES[one.error.message] ?? /(?!)/)
  } else {
    expectGroups(run(), one.groups ?? [], inOrder)
  }
}

function errorOf(run: () => unknown): TesseraError {
  try {
    run()
  } catch (error) {
    if (error instanceof TesseraError) return error
    throw error
  }
  throw new Error('expected an error')
}

/** What PyTorch's exception is here. */
const CODES: Record<string, RegExp> = {
  'base_wd should not be None': /^INVALID_OPTIONS .*weight decay that the optimizer config does not give/,
  'some parameters appear in more than one parameter group': /^INVALID_ARGUMENT .*some parameters appear in more than one parameter group/,
  "unsupported operand type(s) for *: 'NoneType' and 'float'": /^INVALID_OPTIONS .*learning rate that the optimizer config does not give/,
}

/** Golden floats have 9 significant digits. */
function sameNumber(got: unknown, wanted: number): boolean {
  return typeof got === 'number' && Math.abs(got - wanted) <= 1e-8 * Math.abs(wanted)
}

const OF_OPTIMIZERS = [
  ...['betas', 'eps', 'amsgrad', 'maximize', 'momentum', 'dampening', 'nesterov'],
  ...['bias_correction', 'grad_averaging', 'max_grad_norm', 'trust_clip', 'always_adapt'],
]

function expectGroups(got: readonly Record<string, unknown>[], wanted: readonly Record<string, unknown>[], inOrder: boolean): void {
  expect(got.map(({ params }) => params)).toEqual(wanted.map(({ params }) => params))
  got.forEach((group, i) => {
    const expected = wanted[i] ?? {}
    // The golden files leave out what the optimizer adds and no rule changes.
    const keys = Object.keys(group).filter((key) => Object.hasOwn(expected, key) || !OF_OPTIMIZERS.includes(key))
    const order = (names: readonly string[]) => (inOrder ? names : names.toSorted())
    expect(order(keys)).toEqual(order(Object.keys(expected)))
    for (const [key, value] of Object.entries(expected)) {
      if (typeof value !== 'number') expect(group[key]).toEqual(value)
      else if (!sameNumber(group[key], value)) throw new Error(`${group['params']}: ${key} is ${group[key]}, expected ${value}`)
    }
  })
}
