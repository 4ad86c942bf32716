import { DELETE_KEY } from '../copyConfig.js'
import { type ConfigDict, isPlainObject } from '../plainObject.js'
import { isTuple } from '../tuple.js'

/**
 * What a child must say so that, merged over `base`, it gives `whole`; undefined if no child can, because a key at the top is to go.
 * Sections change key by key where that is enough, and are replaced where keys go or change places.
 */
export function patchBetween(base: ConfigDict, whole: ConfigDict): ConfigDict | undefined {
  const keys = Object.keys(whole)
  const kept = Object.keys(base)
  if (kept.some((key, index) => keys[index] !== key)) return undefined
  const patch: ConfigDict = {}
  for (const key of keys) {
    const before = Object.hasOwn(base, key) ? base[key] : undefined
    const after = whole[key]
    if (!Object.hasOwn(base, key)) patch[key] = after
    else if (isPlainObject(after) && isPlainObject(before)) {
      const change = patchBetween(before, after)
      if (change === undefined) patch[key] = { [DELETE_KEY]: true, ...after }
      else if (Object.keys(change).length > 0) patch[key] = change
    } else if (isPlainObject(after)) patch[key] = { [DELETE_KEY]: true, ...after }
    else if (!sameValue(before, after)) patch[key] = after
  }
  return patch
}

/** Whether two config values are the same, key order and tuples included. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return isTuple(a) === isTuple(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]))
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return Object.is(a, b)
  const keys = Object.keys(a)
  const others = Object.keys(b)
  return keys.length === others.length && keys.every((key, index) => key === others[index] && sameValue(a[key], b[key]))
}
