import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** One of the files of test-data/; `T` says what the test reads of it. */
export function readGolden<T>(name: string): T {
  const bytes = readFileSync(new URL(`../../test-data/${name}.json.gz`, import.meta.url))
  // Our own file, in the shape that its README describes.
  return JSON.parse(gunzipSync(bytes).toString('utf8'), decode) as T
}

function decode(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    if ('__tuple__' in value) return value.__tuple__
    if ('__repr__' in value && value.__repr__ === 'inf') return Number.POSITIVE_INFINITY
    if ('__dict__' in value) return Object.fromEntries(value.__dict__ as [string, unknown][])
  }
  return value
}
