import { type Budget, LIMITS } from './budget.js'
import { Fault, unsupported } from './fault.js'
import { PyClass, PyDict, PyList, PySet, PyTuple, typeName, type Value } from './values.js'

/** Python's `str()`. */
export function textOf(value: Value, budget: Budget): string {
  const text = typeof value === 'string' ? value : reprOf(value, budget)
  budget.characters(text.length)
  return text
}

/** Python's `repr()`. */
export function reprOf(value: Value, budget: Budget, depth = 0): string {
  budget.step()
  if (depth > LIMITS.depth) throw new Fault('a value nested too deep to be written', { code: 'INVALID_CONFIG' })
  const list = (items: Iterable<Value>): string => {
    const texts: string[] = []
    for (const item of items) {
      const text = reprOf(item, budget, depth + 1)
      budget.characters(text.length)
      texts.push(text)
    }
    return texts.join(', ')
  }
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'string') return stringRepr(value)
  if (value instanceof PyList) return `[${list(value.items)}]`
  if (value instanceof PyTuple) return value.items.length === 1 ? `(${list(value.items)},)` : `(${list(value.items)})`
  if (value instanceof PySet) return value.items.size === 0 ? 'set()' : `{${list(value.items.values())}}`
  if (value instanceof PyDict) {
    const entries: string[] = []
    for (const [key, child] of value.entries) {
      const text = `${reprOf(key, budget, depth + 1)}: ${reprOf(child, budget, depth + 1)}`
      budget.characters(text.length)
      entries.push(text)
    }
    return `{${entries.join(', ')}}`
  }
  if (value instanceof PyClass) return value.path.slice(value.path.lastIndexOf('.') + 1)
  throw new Fault(`the ${typeName(value)} ${value.name} has no text`)
}

/** A float as Python writes it: shortest form, exponent from 1e16 and below 1e-4. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 16)
    return `${Object.is(value, -0) ? '-' : ''}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  const text = Object.is(value, -0)
    ? '-0'
    : exponent < 0
      ? value.toFixed(mantissa.replace(/[-.]/g, '').length - 1 - exponent)
      : String(value)
  return text.includes('.') ? text : `${text}.0`
}

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replace(/[\\\n\r\t'"\p{Cc}]/gu, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\r') return '\\r'
    if (character === '\t') return '\\t'
    if (character === '\\' || character === quote) return `\\${character}`
    if (character === "'" || character === '"') return character
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `${quote}${escaped}${quote}`
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d{1,6})?([,_])?(?:\.(\d{1,3}))?([a-zA-Z%])?$/su

/** Python's `format(value, spec)` for the kinds s, d, f, F, e, E, g, G and %. */
export function formatValue(value: Value, spec: string, budget: Budget): string {
  if (spec === '') return textOf(value, budget)
  const match = SPEC.exec(spec)
  if (match === null) throw new Fault(`'${spec}' is no format of a value`)
  const [, fill = ' ', align, sign = '-', alternate, zero, width, grouping, precision, kind] = match
  if (alternate !== undefined) throw unsupported(`the format '${spec}' is not known here`, "Leave out '#'.")
  const isNumber = typeof value === 'bigint' || typeof value === 'number'
  let body: string
  if (isNumber) body = numberText(value, kind, precision === undefined ? undefined : Number(precision), spec)
  else {
    if (
      (kind !== undefined && kind !== 's') ||
      zero !== undefined ||
      grouping !== undefined ||
      typeof value === 'boolean' ||
      typeof value !== 'string'
    )
      throw new Fault(`the format '${spec}' does not fit a ${typeName(value)}`)
    body = precision === undefined ? value : [...value].slice(0, Number(precision)).join('')
  }
  let mark = ''
  if (isNumber) {
    if (body.startsWith('-')) {
      mark = '-'
      body = body.slice(1)
    } else if (sign !== '-') mark = sign
    if (grouping !== undefined) body = body.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, grouping))
  }
  const missing = Math.max(0, Number(width ?? 0) - [...mark, ...body].length)
  budget.characters(missing + body.length)
  const place = align ?? (zero !== undefined ? '=' : isNumber ? '>' : '<')
  const padding = (zero !== undefined && align === undefined ? '0' : fill).repeat(missing)
  if (place === '=') return mark + padding + body
  if (place === '>') return padding + mark + body
  if (place === '<') return mark + body + padding
  return padding.slice(0, Math.floor(missing / 2)) + mark + body + padding.slice(Math.floor(missing / 2))
}

function numberText(value: bigint | number, kind: string | undefined, precision: number | undefined, spec: string): string {
  if (kind === 'd' || (kind === undefined && typeof value === 'bigint')) {
    if (typeof value !== 'bigint' || precision !== undefined) throw new Fault(`the format '${spec}' does not fit this number`)
    return value.toString()
  }
  const number = Number(value)
  if (kind === undefined && precision === undefined) return floatText(number)
  if (!Number.isFinite(number)) return `${floatText(number)}${kind === '%' ? '%' : ''}`
  const digits = Math.min(precision ?? 6, 100)
  switch (kind) {
    case 'f':
    case 'F':
      return fixed(number, digits)
    case '%':
      return `${fixed(number * 100, digits)}%`
    case 'e':
    case 'E':
      return cased(exponential(number, digits), kind)
    case 'g':
    case 'G':
    case undefined: {
      const significant = Math.max(1, digits)
      const exponent = number === 0 ? 0 : Number(number.toExponential(significant - 1).split('e')[1])
      const scientific = exponent < -4 || exponent >= significant
      const text = scientific ? exponential(number, significant - 1) : fixed(number, Math.max(0, significant - 1 - exponent))
      const short = text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text
      if (kind === undefined && !scientific && !short.includes('.')) return `${short}.0`
      return cased(short, kind ?? 'g')
    }
  }
  throw unsupported(`the format '${spec}' is not known here`, 'Known are s, d, f, e, g and %.')
}

function fixed(value: number, digits: number): string {
  if (Math.abs(value) >= 1e21) return digits === 0 ? BigInt(value).toString() : `${BigInt(value)}.${'0'.repeat(digits)}`
  const text = roundedText(value, digits)
  return Object.is(value, -0) ? `-${text}` : text
}

function exponential(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(digits).split('e')
  return `${Object.is(value, -0) ? '-' : ''}${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${exponent.slice(1).padStart(2, '0')}`
}

function cased(text: string, kind: string): string {
  return kind === kind.toUpperCase() ? text.toUpperCase() : text
}

/** `toFixed`, but a tie goes to the even digit, as in Python. */
export function roundedText(value: number, digits: number): string {
  const text = value.toFixed(digits)
  const exact = value.toFixed(100)
  const rest = exact.slice(exact.indexOf('.') + 1 + digits)
  if (!/^50*$/.test(rest)) return text
  // toFixed has rounded a tie away from zero; cutting it rounds the other way.
  const cut = exact.slice(0, exact.length - rest.length).replace(/\.$/, '')
  return Number(cut.at(-1)) % 2 === 0 ? cut : text
}
