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
  const options: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(config)) if (key !== 'type' && key !== '_scope_' && value !== undefined) options[key] = value
  const result = v.safeParse(schema ?? v.strictObject({}), options)
  if (result.success) return result.output
  // A misspelt key explains a missing one, not the other way round.
  throw optionError(result.issues.find((issue) => issue.expected === 'never') ?? result.issues[0], schema, origin)
}

function optionError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema | undefined, origin: OptionsOrigin): TesseraError {
  const place = [origin.path, v.getDotPath(issue)].filter((part) => part !== undefined && part !== null && part !== '').join('.')
  const key = v.getDotPath(issue)?.split('.').at(-1) ?? ''
  if (issue.expected === 'never') {
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
