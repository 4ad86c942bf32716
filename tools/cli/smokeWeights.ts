import { existsSync } from 'node:fs'
import { checkConfig, type LoadedConfig, valueAt } from '@tessera/core'

const INITIALIZERS: readonly unknown[] = ['Pretrained', 'PretrainedInit']

/**
 * Where weights that a config starts from are not on this machine (those of another run, say), a smoke run starts without them, and says
 * so: it tries the recipe. That goes for addresses (`https://…`) as well, which nothing here fetches.
 */
export function withSmokeWeights(source: LoadedConfig): LoadedConfig {
  const missing: string[] = []
  const config = withoutMissing(source.config, missing)
  if (missing.length === 0) return source
  process.stdout.write(`smoke: ${[...new Set(missing)].join(', ')} not found; starting without\n`)
  return { ...source, config: checkConfig({ ...(config as object) }) }
}

/** The value without such initialisers; itself where it has none, so that whatever it carries is kept. */
export function withoutMissing(value: unknown, missing: string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const kept = value.filter((item) => !isMissing(item, missing))
    const items = kept.map((item) => withoutMissing(item, missing))
    return items.length === value.length && items.every((item, index) => item === value[index]) ? value : items
  }
  const entries = Object.entries(value).filter(([, item]) => !isMissing(item, missing))
  const changed = entries.map(([key, item]): [string, unknown] => [key, withoutMissing(item, missing)])
  const isSame = changed.length === Object.keys(value).length && changed.every(([, item], index) => item === entries[index]?.[1])
  return isSame ? value : Object.fromEntries(changed)
}

function isMissing(value: unknown, missing: string[]): boolean {
  if (!INITIALIZERS.includes(valueAt(value, ['type']))) return false
  const checkpoint = valueAt(value, ['checkpoint'])
  if (typeof checkpoint !== 'string' || existsSync(checkpoint)) return false
  missing.push(checkpoint)
  return true
}
