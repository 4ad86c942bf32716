import { isPlainObject } from './plainObject.js'

const PATHS = new WeakMap<object, string>()

/**
 * Remembers where in the config every object and array stands, so that an error raised deep inside a nested build
 * can say `model.backbone.arch` without any function handing the path down.
 */
export function annotatePaths(value: unknown, path = ''): void {
  if (!isPlainObject(value) && !Array.isArray(value)) return
  PATHS.set(value, path)
  for (const [key, child] of Object.entries(value)) {
    annotatePaths(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`)
  }
}

/** The config path of an object of a loaded config; undefined for one made elsewhere. */
export function configPath(value: object): string | undefined {
  return PATHS.get(value)
}
