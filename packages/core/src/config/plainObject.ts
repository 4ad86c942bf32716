/** A section of a config: own keys only count. */
export type ConfigDict = Record<string, unknown>

/** An object made by `{}`, JSON or YAML, in this or another realm; instances of classes and arrays are not. */
export function isPlainObject(value: unknown): value is ConfigDict {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The own value of a key: `constructor` is inherited by every object, and must not be read as if it were written. */
export function ownValue(section: object, key: string): unknown {
  return Object.hasOwn(section, key) ? Reflect.get(section, key) : undefined
}

/** `model` + `backbone` → `model.backbone`, `pipeline` + 0 → `pipeline[0]`. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}
