import { isPlainObject } from './plainObject.js'

/** Freezes objects and lists all the way down, so that no component can change another's options. */
export function freezeConfig<T>(value: T): T {
  if (Array.isArray(value) || isPlainObject(value)) {
    for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freezeConfig(child)
    Object.freeze(value)
  }
  return value
}
