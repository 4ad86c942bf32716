import * as v from 'valibot'
import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'

export interface OptionsOrigin {
  path?: string | undefined
  /** The component the options are for. */
  type: string
}

/** The options beside `type`, checked against the component's schema, defaults filled in; the first problem is an error. */
export function parseOptions(schema: v.GenericSchema | undefined, config: object, origin: OptionsOrigin): unknown {
  const result = v.safeParse(schema ?? v.strictObject({}), optionsOf(config))
  if (result.success) return result.output
  // A misspelt key explains a missing one, not the other way round.
  throw optionError(result.issues.find(isUnknownKey) ?? result.issues[0], schema, origin)
}

/** Everything that is wrong with the options beside `type`: every unknown key, then whatever else. */
export function optionErrors(schema: v.GenericSchema | undefined, config: object, origin: OptionsOrigin): TesseraError[] {
  const errors: TesseraError[] = []
  let options: unknown = optionsOf(config)
  for (;;) {
    const result = v.safeParse(schema ?? v.strictObject({}), options)
    if (result.success) return errors
    // A strict object stops at its first unknown key: that one is taken out, and the rest looked at again.
    const unknown = result.issues.find(isUnknownKey)
    if (unknown === undefined) return [...errors, ...result.issues.map((issue) => optionError(issue, schema, origin))]
    errors.push(optionError(unknown, schema, origin))
    const smaller = withoutKey(
      options,
      (unknown.path ?? []).map(({ key }) => String(key)),
    )
    if (smaller === options) return errors
    options = smaller
  }
}

/** Own keys only, without what is not the component's own. */
function optionsOf(config: object): Record<string, unknown> {
  const options: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(config)) if (key !== 'type' && key !== '_scope_' && value !== undefined) options[key] = value
  return options
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.expected === 'never' && issue.type !== 'strict_tuple'
}

/** A copy in which a nested key is missing; the value itself if there is no such key. */
function withoutKey(value: unknown, path: readonly string[]): unknown {
  const [key = '', ...rest] = path
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value
  if (Array.isArray(value))
    return rest.length === 0 ? value : value.map((item, index) => (String(index) === key ? withoutKey(item, rest) : item))
  const copy: Record<string, unknown> = Object.assign(Object.create(null), value)
  if (rest.length === 0) delete copy[key]
  else copy[key] = withoutKey(copy[key], rest)
  return copy
}

function optionError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema | undefined, origin: OptionsOrigin): TesseraError {
  const place = [origin.path, v.getDotPath(issue)].filter((part) => part !== undefined && part !== null && part !== '').join('.')
  const key = v.getDotPath(issue)?.split('.').at(-1) ?? ''
  if (isUnknownKey(issue)) {
    const known = knownKeys(schema, issue)
    return new TesseraError('INVALID_OPTIONS', {
      what: `${origin.type} has no option '${key}'`,
      path: place,
      nearest: suggest(key, known),
      expected: known.length === 0 ? 'no options at all' : `one of ${known.join(', ')}`,
      ...(schema === undefined ? { hint: 'The class declares no `static schema`.' } : {}),
    })
  }
  if (issue.received === 'undefined' && issue.expected === JSON.stringify(key)) {
    return new TesseraError('INVALID_OPTIONS', { what: `${origin.type} needs the option '${key}'`, path: place })
  }
  if (issue.type === 'strict_tuple' && issue.expected === 'never') {
    return new TesseraError('INVALID_OPTIONS', { what: `${origin.type} takes only ${key} values here`, path: place, got: issue.input })
  }
  return new TesseraError('INVALID_OPTIONS', {
    what: issue.kind === 'schema' && issue.type !== 'custom' ? `${origin.type} cannot take this value` : issue.message,
    path: place,
    got: issue.input,
    expected: issue.expected === null || issue.expected === 'unknown' ? undefined : issue.expected,
  })
}

/** The keys of the object in which the unknown key stands, found by walking the schema along the issue's path. */
function knownKeys(schema: unknown, issue: v.BaseIssue<unknown>): string[] {
  let current: unknown = schema
  for (const item of (issue.path ?? []).slice(0, -1)) {
    current = entriesOf(current)?.[String(item.key)] ?? wrappedItem(current)
  }
  return Object.keys(entriesOf(current) ?? {})
}

function entriesOf(schema: unknown): Record<string, unknown> | undefined {
  const bare = unwrap(schema)
  if (typeof bare === 'object' && bare !== null && 'entries' in bare && typeof bare.entries === 'object' && bare.entries !== null) {
    return bare.entries as Record<string, unknown>
  }
  return undefined
}

function wrappedItem(schema: unknown): unknown {
  const bare = unwrap(schema)
  if (typeof bare !== 'object' || bare === null) return undefined
  return 'item' in bare ? bare.item : 'value' in bare ? bare.value : undefined
}

/** `optional(x)` and `pipe(x, …)` stand around the schema that has the keys. */
function unwrap(schema: unknown): unknown {
  let current = schema
  while (typeof current === 'object' && current !== null) {
    if ('wrapped' in current) current = current.wrapped
    else if ('pipe' in current && Array.isArray(current.pipe) && current.pipe[0] !== current && !('entries' in current))
      current = current.pipe[0]
    else break
  }
  return current
}
