import { TesseraError } from '../errors.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'
import { isTuple } from './tuple.js'

/** Python's words, which cannot be names, and the names that the text itself uses. */
const TAKEN = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield dict float'.split(
    ' ',
  ),
)

/**
 * A config as a Python recipe: an assignment a top-level key, sections as `dict(…)`.
 * @throws TesseraError UNSUPPORTED for a top-level key that no Python variable of a recipe can have as its name
 */
export function pythonText(config: ConfigDict): string {
  return Object.entries(config)
    .map(([key, value]) => {
      if (!isName(key) || key.startsWith('__'))
        throw new TesseraError('UNSUPPORTED', { what: 'a Python recipe cannot have this key at its top level', path: key })
      return `${key} = ${text(value, '')}\n`
    })
    .join('')
}

function isName(key: string): boolean {
  return /^[A-Za-z_]\w*$/.test(key) && !TAKEN.has(key)
}

function text(value: unknown, indent: string): string {
  const inner = `${indent}    `
  if (Array.isArray(value)) return listText(value, indent, inner)
  if (isPlainObject(value)) {
    const entries = Object.entries(value)
    const named = entries.every(([key]) => isName(key))
    const lines = entries.map(([key, child]) => `${inner}${named ? `${key}=` : `${quoted(key)}: `}${text(child, inner)},\n`)
    const [open, close] = named ? ['dict(', ')'] : ['{', '}']
    return lines.length === 0 ? 'dict()' : `${open}\n${lines.join('')}${indent}${close}`
  }
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  return value === null ? 'None' : value === true ? 'True' : 'False'
}

function listText(items: readonly unknown[], indent: string, inner: string): string {
  const [open, close] = isTuple(items) ? ['(', ')'] : ['[', ']']
  const isFlat = items.every((item) => typeof item !== 'object' || item === null)
  if (!isFlat) return `${open}\n${items.map((item) => `${inner}${text(item, inner)},\n`).join('')}${indent}${close}`
  const single = isTuple(items) && items.length === 1 ? ',' : ''
  return `${open}${items.map((item) => text(item, inner)).join(', ')}${single}${close}`
}

/** JSON's escapes are Python's, too. */
function quoted(value: string): string {
  const json = JSON.stringify(value)
  return /['\\]/.test(json) ? json : `'${json.slice(1, -1)}'`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "float('nan')"
  if (!Number.isFinite(value)) return value > 0 ? "float('inf')" : "-float('inf')"
  if (Object.is(value, -0)) return '-0.0'
  // An integer that a float cannot hold exactly is one that Python would take for exact.
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes('e') ? `${value}.0` : String(value)
}
