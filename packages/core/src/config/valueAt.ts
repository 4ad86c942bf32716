/** The parts of a dotted key; `a[0].b` is the same as `a.0.b`. */
export function keyParts(key: string): string[] {
  return key.replace(/\[(\d+)\]/g, '.$1').split('.')
}

/** The value that a dotted key leads to, also through keys that have dots themselves; undefined if there is none. Own keys only. */
export function valueAt(root: unknown, parts: readonly string[]): unknown {
  if (parts.length === 0) return root
  if (typeof root !== 'object' || root === null) return undefined
  for (let count = 1; count <= parts.length; count++) {
    const key = parts.slice(0, count).join('.')
    if (key === '' || !hasEntry(root, key)) continue
    const found = valueAt(Reflect.get(root, key), parts.slice(count))
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether a section has the key, or a list the index: what is inherited does not count, nor does a list's length. */
export function hasEntry(holder: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(holder, key)
}
