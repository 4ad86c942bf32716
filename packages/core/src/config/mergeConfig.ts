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
  return mergeOver(copyConfig(base, path), child, path)
}

/**
 * The same, but the result shares with the base whatever the child leaves alone: for a base that nobody will change. Loading a recipe
 * merges its bases at every level, and copies would be most of its work.
 */
export function mergeOver(base: ConfigDict, child: ConfigDict, path = ''): ConfigDict {
  if (isDeletion(child, () => path)) return copyConfig(child, path)
  const merged = { ...base }
  for (const [key, value] of configEntries(child, () => path)) {
    const place = joinPath(path, key)
    merged[key] = Object.hasOwn(base, key) ? mergeValue(base[key], value, place) : copyConfig(value, place)
  }
  return merged
}

/** One value of the child over one of the base; see `mergeOver`. */
export function mergeValue(base: unknown, child: unknown, path: string): unknown {
  if (!isPlainObject(child) || isDeletion(child, () => path)) return copyConfig(child, path)
  if (isPlainObject(base)) return mergeOver(base, child, path)
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
