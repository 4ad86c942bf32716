import { TesseraError } from '../errors.js'
import { configEntries, copyConfig, isDeletion } from './copyConfig.js'
import { type ConfigDict, isPlainObject, joinPath } from './plainObject.js'

/**
 * MMEngine's inheritance: sections merge key by key, everything else (lists too) is replaced by the child.
 * `_delete_: true` in a child's section drops the base's section first; the marker never reaches the result.
 * Neither input is changed, and the result shares no object or array with them.
 * @param path where both stand in the whole config, for messages
 * @throws TesseraError CONFIG_MERGE when a section would be merged into something that is not one
 */
export function mergeConfig(base: ConfigDict, child: ConfigDict, path = ''): ConfigDict {
  if (isDeletion(child, () => path)) return copyConfig(child, path)
  const merged = copyConfig(base, path)
  mergeInto(merged, child, path)
  return merged
}

/** One value of the child over one of the base; see `mergeConfig`. */
export function mergeValue(base: unknown, child: unknown, path: string): unknown {
  return mergeOwned(isPlainObject(base) ? copyConfig(base, path) : base, child, path)
}

/** Merges into a section that is nobody else's: the base is copied once, however deep the child reaches. */
function mergeInto(owned: ConfigDict, child: ConfigDict, path: string): void {
  for (const [key, value] of configEntries(child, () => path)) {
    const place = joinPath(path, key)
    owned[key] = Object.hasOwn(owned, key) ? mergeOwned(owned[key], value, place) : copyConfig(value, place)
  }
}

function mergeOwned(base: unknown, child: unknown, path: string): unknown {
  if (!isPlainObject(child) || isDeletion(child, () => path)) return copyConfig(child, path)
  if (isPlainObject(base)) {
    mergeInto(base, child, path)
    return base
  }
  throw new TesseraError('CONFIG_MERGE', {
    what: 'a section cannot be merged into a value of the base that is not one',
    path,
    got: child,
    expected: `a value that replaces ${describeBase(base)}`,
    hint: "Add '_delete_: true' to the section to replace the base's value.",
  })
}

function describeBase(base: unknown): string {
  return Array.isArray(base) ? `the base's list of ${base.length}` : `the base's ${base === null ? 'null' : typeof base}`
}
