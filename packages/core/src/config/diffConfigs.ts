import { show } from '../errors.js'
import { isPlainObject, joinPath } from './plainObject.js'

export interface ConfigChange {
  /** Where: `optim_wrapper.optimizer.lr`, `param_scheduler[0].end`. */
  readonly path: string
  /** Undefined for a value that only the second has. */
  readonly before: unknown
  /** Undefined for a value that only the first has. */
  readonly after: unknown
}

/** What differs between two configs, value by value, in the order of the first. The order of keys is no difference. */
export function compareConfigs(first: object, second: object): ConfigChange[] {
  return changes(first, second, '')
}

function changes(before: unknown, after: unknown, path: string): ConfigChange[] {
  if (Object.is(before, after)) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => changes(before[i], after[i], joinPath(path, i))).flat()
  }
  if (isPlainObject(before) && isPlainObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    const own = (section: object, key: string): unknown => (Object.hasOwn(section, key) ? Reflect.get(section, key) : undefined)
    return [...keys].flatMap((key) => changes(own(before, key), own(after, key), joinPath(path, key)))
  }
  return [{ path, before, after }]
}

/** The differences as text (MMEngine's `Config.diff`): `- path: value` of the first, `+ path: value` of the second; empty if there are none. */
export function diffConfigs(first: object, second: object): string {
  return compareConfigs(first, second)
    .flatMap(({ path, before, after }) => [
      ...(before === undefined ? [] : [`- ${path}: ${show(before, 1000)}`]),
      ...(after === undefined ? [] : [`+ ${path}: ${show(after, 1000)}`]),
    ])
    .join('\n')
}
