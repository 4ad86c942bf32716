import { isPlainObject } from './plainObject.js'

const PATHS = new WeakMap<object, string>()

/** Loaded configs whose parts are not in `PATHS` yet: most loads end without anybody asking for a path. */
const waiting = new Set<WeakRef<object>>()

/**
 * Remembers where in the config every object and array stands, so that an error raised deep inside a nested build
 * can say `model.backbone.arch` without any function handing the path down.
 * @param options.keep leave objects alone that have a path already: a section handed on under another key stays where it was written
 */
export function annotatePaths(value: unknown, path = '', options: { keep?: boolean } = {}): void {
  if (!isPlainObject(value) && !Array.isArray(value)) return
  if (options.keep === true && configPath(value) !== undefined) return
  PATHS.set(value, path)
  for (const [key, child] of Object.entries(value)) {
    annotatePaths(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, options)
  }
}

/** The same for a whole config that will not change any more; done when the first path is asked for. */
export function annotatePathsLater(config: object): void {
  waiting.add(new WeakRef(config))
  if (waiting.size <= MAX_WAITING) return
  for (const reference of waiting) if (reference.deref() === undefined) waiting.delete(reference)
  if (waiting.size > MAX_WAITING / 2) annotateWaiting()
}

const MAX_WAITING = 1000

function annotateWaiting(): void {
  for (const reference of waiting) {
    const config = reference.deref()
    if (config !== undefined) annotatePaths(config)
  }
  waiting.clear()
}

/** The config path of an object of a loaded config; undefined for one made elsewhere. */
export function configPath(value: object): string | undefined {
  if (waiting.size > 0) annotateWaiting()
  return PATHS.get(value)
}
