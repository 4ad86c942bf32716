import { isPlainObject } from './plainObject.js'

const PATHS = new WeakMap<object, string>()

/**
 * Remembers where in the config every object and array stands, so that an error raised deep inside a nested build
 * can say `model.backbone.arch` without any function handing the path down.
 * @param options.keep leave objects alone that have a path already: a section handed on under another key stays where it was written
 */
export function annotatePaths(value: unknown, path = '', options: { keep?: boolean } = {}): void {
  if (!isPlainObject(value) && !Array.isArray(value)) return
  if (options.keep === true && PATHS.has(value)) return
  PATHS.set(value, path)
  for (const [key, child] of Object.entries(value)) {
    annotatePaths(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, options)
  }
}

/** The config path of an object of a loaded config; undefined for one made elsewhere. */
export function configPath(value: object): string | undefined {
  return PATHS.get(value)
}
