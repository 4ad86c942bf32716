import { annotatePaths, configPath, TesseraError } from '@tessera/core'

export type Config = Readonly<Record<string, unknown>>

/** An object section of the config, undefined when it is absent or null. */
export function section(config: Config, key: string): Config | undefined {
  const value = Object.hasOwn(config, key) ? config[key] : undefined
  if (value === undefined || value === null) return undefined
  if (typeof value === 'object' && !Array.isArray(value)) return value as Config
  throw new TesseraError('INVALID_CONFIG', { what: 'this section is an object', path: pathOf(config, key), got: value })
}

/** A section that is one object or a list of them. */
export function sections(config: Config, key: string): Config[] {
  const value = Object.hasOwn(config, key) ? config[key] : undefined
  if (value === undefined || value === null) return []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  for (const [index, item] of list.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new TesseraError('INVALID_CONFIG', { what: 'an object is expected here', path: `${pathOf(config, key)}[${index}]`, got: item })
    }
  }
  return list as Config[]
}

export function text(config: Config, key: string): string | undefined {
  return read(config, key, 'string')
}

export function flag(config: Config, key: string): boolean | undefined {
  return read(config, key, 'boolean')
}

export function integer(config: Config, key: string): number | undefined {
  const value = read<number>(config, key, 'number')
  if (value === undefined || Number.isSafeInteger(value)) return value
  throw new TesseraError('INVALID_CONFIG', { what: 'a whole number is expected', path: pathOf(config, key), got: value })
}

/** A copy of a section with keys changed, which still knows where in the config it stands. An undefined value takes a key away. */
export function withKeys(config: Config, changes: Record<string, unknown>): Config {
  const changed = Object.fromEntries(Object.entries({ ...config, ...changes }).filter(([, value]) => value !== undefined))
  const path = configPath(config)
  if (path !== undefined) annotatePaths(changed, path)
  return changed
}

/** Own keys only: `constructor` is inherited by every object. */
export function own(config: Config, key: string): unknown {
  return Object.hasOwn(config, key) ? config[key] : undefined
}

function read<T>(config: Config, key: string, type: 'string' | 'boolean' | 'number'): T | undefined {
  const value = own(config, key)
  if (value === undefined || value === null) return undefined
  if (typeof value !== type)
    throw new TesseraError('INVALID_CONFIG', { what: `a ${type} is expected`, path: pathOf(config, key), got: value })
  return value as T
}

function pathOf(config: Config, key: string): string {
  const path = configPath(config)
  return path === undefined || path === '' ? key : `${path}.${key}`
}
