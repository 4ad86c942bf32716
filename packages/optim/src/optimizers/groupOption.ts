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
  const value = group['betas']
  if (Array.isArray(value) && value.length === 2) {
    const [beta1, beta2]: unknown[] = value
    if (typeof beta1 === 'number' && typeof beta2 === 'number') return [beta1, beta2]
  }
  throw wrongOption(group, 'betas', 'two numbers')
}

function wrongOption(group: ParamGroup, key: string, expected: string): TesseraError {
  return new TesseraError('INVALID_OPTIONS', {
    what: `the parameter group's '${key}' cannot be used`,
    path: group.params[0]?.name,
    got: group[key],
    expected,
  })
}
