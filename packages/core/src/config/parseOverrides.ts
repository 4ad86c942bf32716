import { TesseraError } from '../errors.js'
import { tuple } from './tuple.js'

/** One `--cfg-options` entry. */
export interface Override {
  /** As written: `optim_wrapper.optimizer.lr`. */
  readonly key: string
  readonly value: unknown
  /** Written with a leading `+`: the key is meant to be new, however close it is to a known one. */
  readonly isNew: boolean
}

/**
 * `['a.b=1', 'c=[x,y]']` by the rules of MMEngine's `--cfg-options`: the first `=` splits, quotes around a value and all
 * spaces are dropped, then int, float, true/false, None, else a string; `a,b` and `[a,b]` are lists, `(a,b)` is a tuple, and they nest.
 * Stricter than MMEngine where that would crash or guess: brackets must match, an integer must be exact in a double.
 */
export function parseOverrides(entries: readonly string[]): Override[] {
  return entries.map((entry) => {
    const at = entry.indexOf('=')
    const isNew = entry.startsWith('+')
    const key = entry.slice(isNew ? 1 : 0, Math.max(at, 0)).trim()
    if (key === '') throw new TesseraError('INVALID_OVERRIDE', { what: 'an override has no key', got: entry, expected: 'key=value' })
    return { key, value: parseValue(entry.slice(at + 1), entry), isNew }
  })
}

/** One value as text, by the rules of `parseOverrides`. @param entry what it is part of, for messages */
export function parseValue(written: string, entry: string): unknown {
  const text = written.replace(/^['"]+|['"]+$/g, '').replaceAll(' ', '')
  // A bracket inside a lone word (a path, say) is a character like any other.
  if (!text.includes(',') && !/^[[(]/.test(text)) return parseScalar(text, entry)
  const items = splitAtCommas(text, entry)
  if (items.length > 1 || text.endsWith(',')) return items.map((item) => parseValue(item, entry))
  const isList = /^(\[.*\]|\(.*\))$/s.test(text)
  if (!isList) return parseScalar(text, entry)
  const inner = text.slice(1, -1)
  const values = splitAtCommas(inner, entry).map((item) => parseValue(item, entry))
  return text.startsWith('(') ? tuple(...values) : values
}

/** The items between commas that stand outside all brackets; a comma at the end adds none. */
function splitAtCommas(text: string, entry: string): string[] {
  const items: string[] = []
  const open: string[] = []
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '[' || character === '(') open.push(character)
    else if ((character === ']' || character === ')') && open.pop() !== (character === ']' ? '[' : '(')) unbalanced(text, entry)
    else if (character === ',' && open.length === 0) {
      items.push(text.slice(start, index))
      start = index + 1
    }
  }
  if (open.length > 0) unbalanced(text, entry)
  if (start < text.length) items.push(text.slice(start))
  return items
}

function unbalanced(text: string, entry: string): never {
  throw new TesseraError('INVALID_OVERRIDE', {
    what: 'the brackets do not match',
    path: entry,
    got: text,
    hint: 'In a shell, quote the entry: "key=[1,2]".',
  })
}

const INTEGER = /^[+-]?\d+(_\d+)*$/
const FLOAT = /^[+-]?((\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?)$/i
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i

/** As Python's int(), then float(), would read it. */
function parseScalar(text: string, entry: string): string | number | boolean | null {
  if (INTEGER.test(text)) {
    const value = Number(text.replaceAll('_', ''))
    if (Number.isSafeInteger(value)) return value
    throw new TesseraError('INVALID_OVERRIDE', {
      what: 'this integer is too large to be exact',
      path: entry,
      got: text,
      expected: 'at most 9007199254740991',
    })
  }
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''))
  const special = SPECIAL.exec(text)
  if (special !== null) return special[2]?.toLowerCase() === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity
  const lower = text.toLowerCase()
  if (lower === 'true' || lower === 'false') return lower === 'true'
  return text === 'None' ? null : text
}
