import { Fault, unsupported } from './fault.js'

const STRING = /^([A-Za-z]*)('''|"""|'|")/

/** The parts of a string token: its prefix (lower case), and where its content starts and ends. */
export function splitString(token: string): { prefix: string; start: number; end: number } {
  const match = STRING.exec(token)
  if (match === null) throw new Fault('this string is not closed')
  const quote = match[2] ?? ''
  const start = match[0].length
  if (token.length < start + quote.length || !token.endsWith(quote)) throw new Fault('this string is not closed')
  return { prefix: (match[1] ?? '').toLowerCase(), start, end: token.length - quote.length }
}

/** The value of a string token without f prefix. */
export function stringValue(token: string): string {
  const { prefix, start, end } = splitString(token)
  if (prefix.includes('b')) throw unsupported('bytes are no config value', 'Write the text without the `b`.')
  return resolveEscapes(token.slice(start, end), prefix.includes('r'))
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** A string's content with its escapes resolved; an unknown one stays as it is, as Python leaves it. */
export function resolveEscapes(content: string, isRaw: boolean): string {
  if (isRaw || !content.includes('\\')) return content
  return content.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{0,2})|u([\da-fA-F]{0,4})|U([\da-fA-F]{0,8})|(N)|([\s\S]))/g,
    (whole, octal, hex2, hex4, hex8, named, other) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      if (hex2 !== undefined) return codePoint(hex2, 2, whole)
      if (hex4 !== undefined) return codePoint(hex4, 4, whole)
      if (hex8 !== undefined) return codePoint(hex8, 8, whole)
      if (named !== undefined) throw unsupported('characters by name (\\N{…}) are not known here', 'Write the character itself, or \\u….')
      return Object.hasOwn(SIMPLE, other) ? (SIMPLE[other] ?? '') : whole
    },
  )
}

function codePoint(digits: string, length: number, whole: string): string {
  const value = Number.parseInt(digits, 16)
  if (digits.length === length && value <= 0x10ffff) return String.fromCodePoint(value)
  throw new Fault(`the escape '${whole}' is not a character`)
}

/** CPython's own limit for int(text). */
const MAX_DIGITS = 4300

/** An int as a bigint, so that it stays apart from a float; a float as a number. */
export function numberValue(token: string): bigint | number {
  if (/[jJ]$/.test(token)) throw unsupported('complex numbers are no config value', 'Give real and imaginary part as two numbers.')
  const text = token.replaceAll('_', '')
  if (/^0[xXoObB]/.test(text)) return parseInteger(text)
  if (/^\d+$/.test(text)) {
    if (/^0+[1-9]/.test(text)) throw new Fault('an integer cannot start with 0', { hint: 'An octal number is written 0o17.' })
    return parseInteger(text)
  }
  const value = Number(text)
  if (Number.isNaN(value)) throw new Fault('this is not a number')
  return value
}

export function parseInteger(text: string): bigint {
  if (text.length > MAX_DIGITS) throw new Fault(`an integer of more than ${MAX_DIGITS} digits`, { code: 'INVALID_CONFIG' })
  return BigInt(text)
}
