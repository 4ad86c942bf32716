import { fileURLToPath } from 'node:url'

export interface ConfigOrigin {
  /** Absolute path: what relative paths in the config start from. */
  readonly file: string
  /** The file, with the line where it is known. */
  readonly place: string
}

/** A file, or the stack of the `defineConfig` call, which is only read when somebody asks. */
const ORIGINS = new WeakMap<object, string | { readonly stack?: string }>()

/** Remembers which file a config object is the default export of. */
export function rememberOrigin(config: object, file: string): void {
  ORIGINS.set(config, file)
}

/** Remembers where a config object is made: wherever `maker` was called. */
export function rememberCaller(config: object, maker: (...args: never[]) => unknown): void {
  const trace: { stack?: string } = {}
  Error.captureStackTrace(trace, maker)
  ORIGINS.set(config, trace)
}

/** Where a config comes from; undefined for an object that nobody has told of. */
export function configOrigin(config: object): ConfigOrigin | undefined {
  const origin = ORIGINS.get(config)
  if (origin === undefined) return undefined
  if (typeof origin === 'string') return { file: origin, place: origin }
  return firstPlace(origin.stack ?? '')
}

/** The first place in a stack, as Node writes it: a path or a file address, line and column. */
export function firstPlace(stack: string): ConfigOrigin | undefined {
  const line = stack.split('\n').find((text) => /^\s+at /.test(text)) ?? ''
  const found = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(line)
  if (found?.[1] === undefined) return undefined
  const file = found[1].startsWith('file:') ? fileURLToPath(found[1]) : found[1]
  return { file, place: `${file}:${found[2]}` }
}
