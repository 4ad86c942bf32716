import * as v from 'valibot'
import { TesseraError } from '../errors.js'
import { annotatePathsLater } from './configPath.js'
import { copyConfig } from './copyConfig.js'
import type { LoadedRunConfig } from './defineConfig.js'
import { freezeConfig } from './freezeConfig.js'
import { misspeltNames } from './misspeltNames.js'
import { type ConfigDict, joinPath } from './plainObject.js'
import { RUN_CONFIG_KEYS, runConfigSchema } from './runConfigSchema.js'

/** Keys that MMEngine's Config keeps for itself. */
const RESERVED = ['filename', 'text', 'pretty_text', 'env_variables']

/**
 * A copy of a config that is checked as a whole, knows where everything in it stands, and is frozen all the way down.
 * Sections with a component are checked when they are built. Keys that mean nothing here are kept: recipes carry variables.
 * @throws TesseraError INVALID_CONFIG
 */
export function checkConfig(given: ConfigDict): LoadedRunConfig {
  return sealConfig(copyConfig(given))
}

/** The same without the copy, for a config that is nobody else's: it is frozen itself. */
export function sealConfig(config: ConfigDict): LoadedRunConfig {
  for (const key of Object.keys(config)) checkKey(key)
  // Without a prototype, so that nothing inherited is taken for a key.
  const result = v.safeParse(runConfigSchema, Object.assign(Object.create(null), config))
  if (!result.success) throw invalidValue(result.issues[0])
  annotatePathsLater(config)
  // The schema keeps values as they are, so what it has accepted is the config itself, free variables included.
  return freezeConfig(config) as LoadedRunConfig
}

function checkKey(key: string): void {
  if (RUN_CONFIG_KEYS.includes(key)) return
  if (RESERVED.includes(key))
    throw new TesseraError('INVALID_CONFIG', { what: 'this key is reserved', path: key, hint: 'Choose another name.' })
  const nearest = nearestKeys(key)
  if (nearest.length > 0) throw new TesseraError('INVALID_CONFIG', { what: 'there is no such top-level key', path: key, nearest })
}

/** Recipes use the same few variables over and over: what they are a slip of is worked out once, up to this many names. */
const MAX_KNOWN_KEYS = 1000
const knownKeys = new Map<string, readonly string[]>()

function nearestKeys(key: string): readonly string[] {
  const known = knownKeys.get(key)
  if (known !== undefined) return known
  const nearest = misspeltNames(key, RUN_CONFIG_KEYS)
  if (knownKeys.size < MAX_KNOWN_KEYS) knownKeys.set(key, nearest)
  return nearest
}

function invalidValue(issue: v.BaseIssue<unknown>): TesseraError {
  const path = (issue.path ?? []).reduce((place, { key }) => joinPath(place, typeof key === 'number' ? key : String(key)), '')
  if (issue.expected === 'never') {
    const key = String(issue.path?.at(-1)?.key)
    const known = siblingKeys(issue)
    return new TesseraError('INVALID_CONFIG', {
      what: `there is no key '${key}' here`,
      path,
      expected: `one of ${known.join(', ')}`,
      nearest: misspeltNames(key, known),
    })
  }
  const isOurs = issue.type === 'custom'
  return new TesseraError('INVALID_CONFIG', {
    what: isOurs ? issue.message : 'the config cannot take this value',
    path,
    got: issue.input,
    expected: isOurs || issue.expected === null ? undefined : issue.expected,
  })
}

/** The strict sections of the schema are all at the top level. */
function siblingKeys(issue: v.BaseIssue<unknown>): string[] {
  const entry = Object.entries(runConfigSchema.entries).find(([key]) => key === issue.path?.[0]?.key)?.[1]
  return entry !== undefined && 'wrapped' in entry && 'entries' in entry.wrapped ? Object.keys(entry.wrapped.entries) : []
}
