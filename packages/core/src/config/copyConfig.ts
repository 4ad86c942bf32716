import { TesseraError } from '../errors.js'
import { type ConfigDict, isPlainObject, joinPath } from './plainObject.js'

export const DELETE_KEY = '_delete_'

/** No real recipe nests deeper than 20; a file that does is damaged or hostile. */
const MAX_DEPTH = 200

/**
 * A copy of a config whose objects and arrays are all its own, so that freezing or merging it touches nobody else's.
 * Classes, functions and instances are kept as they are. `_delete_` markers and undefined values are left out.
 * @throws TesseraError INVALID_CONFIG for the key `__proto__`, a cycle, or nesting beyond reason
 */
export function copyConfig(value: ConfigDict, path?: string): ConfigDict
export function copyConfig(value: unknown, path?: string): unknown
export function copyConfig(value: unknown, path = ''): unknown {
  return copyInto(value, path, [])
}

function copyInto(value: unknown, path: string, ancestors: readonly object[]): unknown {
  if (!isPlainObject(value) && !Array.isArray(value)) return value
  if (ancestors.includes(value)) throw new TesseraError('INVALID_CONFIG', { what: 'an object contains itself', path })
  if (ancestors.length > MAX_DEPTH)
    throw new TesseraError('INVALID_CONFIG', { what: `nested deeper than ${MAX_DEPTH} levels`, path: `${path.slice(0, 60)}…` })
  const inner = [...ancestors, value]
  if (Array.isArray(value)) return value.map((item, index) => copyInto(item, joinPath(path, index), inner))
  const copy: ConfigDict = {}
  isDeletion(value, path)
  for (const [key, child] of configEntries(value, path)) copy[key] = copyInto(child, joinPath(path, key), inner)
  return copy
}

/** The own entries of a section, without markers and undefined values. */
export function configEntries(section: ConfigDict, path: string): [string, unknown][] {
  return Object.entries(section).filter(([key, value]) => {
    refusePrototypeKey(key, path)
    return key !== DELETE_KEY && value !== undefined
  })
}

/** `constructor` and `prototype` are keys of real recipes, and harmless where only own keys are read; this one is how files attack JavaScript. */
export function refusePrototypeKey(key: string, path: string): void {
  if (key !== '__proto__') return
  throw new TesseraError('INVALID_CONFIG', { what: `the key '${key}' is not allowed in a config`, path: joinPath(path, key) })
}

/** Whether a section says `_delete_: true`. */
export function isDeletion(section: ConfigDict, path: string): boolean {
  if (!Object.hasOwn(section, DELETE_KEY)) return false
  const marker = section[DELETE_KEY]
  if (typeof marker === 'boolean') return marker
  throw new TesseraError('CONFIG_MERGE', {
    what: `'${DELETE_KEY}' is a switch`,
    path: joinPath(path, DELETE_KEY),
    got: marker,
    expected: 'true or false',
  })
}
