import { basename, dirname, extname } from 'node:path'
import { TesseraError } from '../errors.js'
import { suggest } from '../registry/suggest.js'
import { mapConfig } from './copyConfig.js'
import type { Environment } from './environment.js'
import { parseValue } from './parseOverrides.js'
import { type ConfigDict, isPlainObject, joinPath } from './plainObject.js'
import { hasEntry } from './valueAt.js'

// MMEngine's placeholders. It replaces text before it parses; here they are filled in where they stand as values,
// so that nothing in a file name or a variable can be taken for syntax, or for another placeholder.
const PREDEFINED = String.raw`\{\{\s*(?<predefined>fileDirname|fileBasename|fileBasenameNoExtension|fileExtname)\s*\}\}`
const VARIABLE = String.raw`\{\{\s*(?<quote>['"]?)\s*\$(?<variable>\w+)\s*(?::\s*(?<fallback>[^\s{]*?))?\s*\k<quote>\s*\}\}`
const BASE = String.raw`\{\{\s*_base_\.(?<base>[\w.]+)\s*\}\}`
export const PLACEHOLDER = new RegExp([PREDEFINED, VARIABLE, BASE].join('|'), 'g')
const ALONE = new RegExp(`^(?:${PLACEHOLDER.source})$`)

/** What the parts of a placeholder are called in its pattern. */
interface Parts {
  readonly predefined?: string
  readonly quote?: string
  readonly variable?: string
  readonly fallback?: string
  readonly base?: string
}

export interface PlaceholderContext {
  /** Where the config stands; undefined for an object that was made in a program. */
  readonly file: string | undefined
  readonly environment: Environment
  /** The merged bases; undefined where they are not known yet. */
  readonly base: ConfigDict | undefined
}

/** `{{ fileBasename }}` and its kin for one file, with slashes on every system. */
export function predefinedVariables(file: string): Readonly<Record<string, string>> {
  const slashes = file.replaceAll('\\', '/')
  return {
    fileDirname: dirname(slashes),
    fileBasename: basename(slashes),
    fileBasenameNoExtension: basename(slashes, extname(slashes)),
    fileExtname: extname(slashes),
  }
}

/** Whether any text in a value may hold a placeholder. Beyond the depth that configs are copied to, it says yes, and the copy the error. */
function mayHold(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.includes('{{')
  if (Array.isArray(value)) return depth > 200 || value.some((item) => mayHold(item, depth + 1))
  return isPlainObject(value) && (depth > 200 || Object.values(value).some((item) => mayHold(item, depth + 1)))
}

/**
 * The value with its placeholders filled in, as a copy where there are any: `{{ fileDirname }}` and its kin, `{{$NAME:default}}`, `{{_base_.optim_wrapper.optimizer.lr}}`.
 * Where one stands alone, a reference to the bases is the value itself, and `{{'$NAME:80'}}` (quotes inside) the number, flag or list
 * that the text means; anything else is text.
 */
export function fillPlaceholders(value: unknown, context: PlaceholderContext): unknown {
  if (!mayHold(value)) return value
  return mapConfig(value, (leaf, path) => {
    if (typeof leaf !== 'string' || !leaf.includes('{{')) return leaf
    const place = (): string => [context.file, path()].filter((part) => part !== undefined && part !== '').join(': ')
    const alone: Parts | undefined = ALONE.exec(leaf.trim())?.groups
    if (alone?.base !== undefined) return baseValue(alone.base, context, place)
    if (alone?.variable !== undefined && alone.quote !== '') return parseValue(readVariable(alone, context, place), leaf)
    return leaf.replace(PLACEHOLDER, (...match) => {
      const parts: Parts = match.at(-1)
      if (parts.base !== undefined) return String(baseValue(parts.base, context, place))
      return parts.variable === undefined ? predefinedValue(parts.predefined ?? '', context, place) : readVariable(parts, context, place)
    })
  })
}

function readVariable(parts: Parts, { environment }: PlaceholderContext, place: () => string): string {
  return environment.read(parts.variable ?? '', parts.fallback, place())
}

function predefinedValue(name: string, { file }: PlaceholderContext, place: () => string): string {
  if (file !== undefined) return predefinedVariables(file)[name] ?? ''
  throw new TesseraError('INVALID_CONFIG', {
    what: 'this config does not come from a file of its own, so its name and folder mean nothing',
    path: place(),
    got: `{{ ${name} }}`,
  })
}

function baseValue(key: string, { base }: PlaceholderContext, place: () => string): unknown {
  let value: unknown = base ?? {}
  let walked = '_base_'
  for (const part of key.split('.')) {
    if ((!isPlainObject(value) && !Array.isArray(value)) || !hasEntry(value, part)) {
      const known = typeof value === 'object' && value !== null ? Object.keys(value) : []
      throw new TesseraError('INVALID_CONFIG', {
        what: `the bases have no ${joinPath(walked, part)}`,
        path: place(),
        got: `{{_base_.${key}}}`,
        nearest: suggest(part, known),
      })
    }
    walked = joinPath(walked, part)
    value = Reflect.get(value, part)
  }
  return value
}

/** How a placeholder that stood without quotes is written as a string: a variable keeps the right to be a number. */
export function bareForm(placeholder: string): string {
  const parts: Parts | undefined = ALONE.exec(placeholder)?.groups
  if (parts?.variable === undefined) return placeholder
  return `{{'$${parts.variable}${parts.fallback === undefined ? '' : `:${parts.fallback}`}'}}`
}
