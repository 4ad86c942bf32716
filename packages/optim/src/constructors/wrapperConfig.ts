import { configPath, TesseraError } from '@tessera/core'
import * as v from 'valibot'

/** The `optim_wrapper` section without `constructor` and `paramwise_cfg`: kept as it is, its components check it. */
export interface WrapperConfig {
  readonly type?: string
  readonly optimizer: object
  readonly [option: string]: unknown
}

/** Whether there is an `optimizer` is said by whoever needs it: the section stands under another name in the config. */
export const wrapperConfigSchema = v.custom<WrapperConfig>(isObject, "Expected an object with an 'optimizer'")

/** @throws TesseraError INVALID_OPTIONS for a section without an optimizer */
export function requireOptimizer(section: WrapperConfig, path = configPath(section)): void {
  if (Object.hasOwn(section, 'optimizer') && isObject(section.optimizer)) return
  throw new TesseraError('INVALID_OPTIONS', {
    what: "an optimizer wrapper needs an 'optimizer'",
    path,
    got: section,
    expected: "{ optimizer: { type: 'AdamW', … }, … }, or such sections by name",
  })
}

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
