import { TesseraError } from '@tessera/core'
import type { ParamGroup } from '@tessera/nn'

// A group is an open record that schedulers, hooks and checkpoints write to, so every read checks.

export function numberOption(group: ParamGroup, key: string): number {
  const value = group[key]
  if (typeof value !== 'number') throw wrongOption(group, key, 'a number')
  return value
}

export function flagOption(group: ParamGroup, key: string): boolean {
  const value = group[key]
  if (typeof value !== 'boolean') throw wrongOption(group, key, 'true or false')
  return value
}

/** Adam's two decay rates. */
export function betasOption(group: ParamGroup): readonly [beta1: number, beta2: number] {
  return pairOption(group, 'betas')
}

export function pairOption(group: ParamGroup, key: string): readonly [number, number] {
  const [first, second, ...more] = numbersOption(group, key)
  if (first === undefined || second === undefined || more.length > 0) throw wrongOption(group, key, 'two numbers')
  return [first, second]
}

export function numbersOption(group: ParamGroup, key: string): readonly number[] {
  const value = group[key]
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value
  throw wrongOption(group, key, 'numbers')
}

function wrongOption(group: ParamGroup, key: string, expected: string): TesseraError {
  return new TesseraError('INVALID_OPTIONS', {
    what: `the parameter group's '${key}' cannot be used`,
    path: group.params[0]?.name,
    got: group[key],
    expected,
  })
}
