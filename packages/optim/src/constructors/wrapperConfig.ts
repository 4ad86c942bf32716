import { configPath, TesseraError } from '@tessera/core'
import * as v from 'valibot'

/** The `optim_wrapper` section without `constructor` and `paramwise_cfg`: kept as it is, its components check it. */
export interface WrapperConfig {
  readonly type?: string
  readonly optimizer: object
  readonly [option: string]: unknown
}

export const wrapperConfigSchema = v.custom<WrapperConfig>(
  (value) => isObject(value) && Object.hasOwn(value, 'optimizer') && isObject(Reflect.get(value, 'optimizer')),
  "Expected an object with an 'optimizer'",
)

/** An optimizer option that the rules multiply; undefined when the config leaves it to the optimizer. */
export function baseOption(optimizer: object, key: 'lr' | 'weight_decay'): number | undefined {
  const value: unknown = Object.hasOwn(optimizer, key) ? Reflect.get(optimizer, key) : undefined
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return value
  const path = configPath(optimizer)
  throw new TesseraError('INVALID_OPTIONS', {
    what: 'the optimizer cannot take this value',
    path: path === undefined ? key : `${path}.${key}`,
    got: value,
    expected: 'a number',
  })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
