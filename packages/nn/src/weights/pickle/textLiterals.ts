import { PickleError } from './pickleError.js'

const MAX_INTEGER_DIGITS = 1000

/** INT and LONG of protocol 0: `12`, `-3L`; `00` and `01` of INT are booleans. */
export function parseInteger(text: string): number | bigint | boolean {
  if (text === '00' || text === '01') return text === '01'
  const match = /^\s*([+-]?\d+)L?\s*$/.exec(text)
  if (match === null || text.length > MAX_INTEGER_DIGITS) throw new PickleError(`no integer: '${text.slice(0, 40)}'`)
  return shrink(BigInt((match[1] ?? '').replace(/^\+/, '')))
}

export function parseFloatText(text: string): number {
  const lower = text.trim().toLowerCase()
  if (/^[+-]?(inf|infinity)$/.test(lower)) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^[+-]?nan$/.test(lower)) return Number.NaN
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(lower)) throw new PickleError(`no number: '${text.slice(0, 40)}'`)
  return Number(lower)
}

/** Little-endian two's complement (LONG1, LONG4). */
export function integerOf(bytes: Uint8Array): number | bigint {
  if (bytes.byteLength > 512) throw new PickleError(`an integer of ${bytes.byteLength} bytes`)
  if (bytes.byteLength === 0) return 0
  let value = 0n
  for (let i = bytes.byteLength - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0)
  return shrink(BigInt.asIntN(bytes.byteLength * 8, value))
}

/** STRING of protocol 0: a quoted Python literal. */
export function parseQuoted(text: string): string {
  const quote = text[0]
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) throw new PickleError('a string without quotes')
  return text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/gs, (_, escaped: string) => {
    if (escaped.startsWith('x') && escaped.length === 3) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff)
    return SIMPLE_ESCAPES.get(escaped) ?? `\\${escaped}`
  })
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['\n', ''],
])

/** UNICODE of protocol 0 ('raw-unicode-escape'): only \uXXXX and \UXXXXXXXX are escapes. */
export function parseRawUnicode(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16)
    if (code > 0x10ffff) throw new PickleError('a character beyond Unicode')
    return String.fromCodePoint(code)
  })
}

function shrink(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
