import { type ErrorDetails, TesseraError } from '@tessera/core'
import type { ByteSource } from './byteSource.js'
import { type Dtype, isDtype } from './dtype.js'
import { type HeaderJson, HeaderObject, JsonError, parseHeaderJson } from './headerJson.js'

/** The format's own cap on the header, so that a hostile length cannot make us allocate. */
const MAX_HEADER_BYTES = 100_000_000
const LENGTH_BYTES = 8
const MAX_U64 = 2n ** 64n - 1n

/** Bits an element of every dtype of the format; those that have no counterpart here are known, and refused when they are read. */
const BITS: ReadonlyMap<string, number> = new Map([
  ...['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map((name) => [name, 8] as const),
  ...['I16', 'U16', 'F16', 'BF16'].map((name) => [name, 16] as const),
  ...['I32', 'U32', 'F32'].map((name) => [name, 32] as const),
  ...['I64', 'U64', 'F64', 'C64'].map((name) => [name, 64] as const),
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
])

export interface HeaderEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Byte range, counted from the end of the header. */
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  /** In file order. */
  readonly entries: readonly HeaderEntry[]
  /** Tensors whose dtype cannot be read here, with the reason. */
  readonly refused: ReadonlyMap<string, string>
  readonly metadata: Readonly<Record<string, string>>
  /** Where the data starts in the file. */
  readonly dataStart: number
}

/** An entry as the file says it; sizes and offsets are 64 bits there. */
interface RawEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly bigint[]
  readonly begin: bigint
  readonly end: bigint
}

type Fail = (what: string, details?: Omit<ErrorDetails, 'what'>) => never

/**
 * Reads and checks the header: every offset lies in the file, no hole, no overlap, sizes fit shapes. What is accepted is what the reference
 * reader accepts, but for one thing: a name that stands twice.
 * @throws TesseraError CHECKPOINT_INVALID naming the file and the tensor
 */
export function parseHeader(source: ByteSource): SafetensorsHeader {
  const { name: file, size } = source
  const fail: Fail = (what, details = {}) => {
    throw new TesseraError('CHECKPOINT_INVALID', {
      what: `not a valid safetensors file: ${what}`,
      ...details,
      path: [file, details.path].filter(Boolean).join(': '),
    })
  }
  if (size < LENGTH_BYTES) fail('shorter than its 8-byte length field', { got: `${size} bytes` })
  const length = new DataView(source.read(0, LENGTH_BYTES).buffer).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER_BYTES))
    fail('the header length is beyond the limit', { got: `${length} bytes`, expected: `at most ${MAX_HEADER_BYTES}` })
  const dataStart = LENGTH_BYTES + Number(length)
  if (dataStart > size) fail('the file ends inside its header', { got: `${size} bytes`, expected: `more than ${dataStart}` })

  const header = parseText(source.read(LENGTH_BYTES, dataStart - LENGTH_BYTES), fail)
  const metadata: Record<string, string> = Object.create(null)
  const raw: RawEntry[] = []
  for (const [name, value] of header) {
    if (name === '__metadata__') Object.assign(metadata, parseMetadata(value, fail))
    else raw.push(parseEntry(name, value, fail))
  }
  raw.sort((a, b) => compare(a.begin, b.begin) || compare(a.end, b.end))
  checkCoverage(raw, BigInt(size - dataStart), fail)
  return { ...readable(raw), metadata: { ...metadata }, dataStart }
}

function parseText(bytes: Uint8Array, fail: Fail): ReadonlyMap<string, HeaderJson> {
  let text = ''
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    fail('the header is not UTF-8')
  }
  let parsed: HeaderJson = null
  try {
    parsed = parseHeaderJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    fail(`the header is not JSON: ${error.message}`)
  }
  return parsed instanceof HeaderObject ? uniqueKeys(parsed, '', fail) : fail('the header is not an object')
}

function uniqueKeys({ pairs }: HeaderObject, place: string, fail: Fail): ReadonlyMap<string, HeaderJson> {
  const found = new Map<string, HeaderJson>()
  for (const [key, value] of pairs) {
    if (found.has(key)) fail('a name stands twice in the header', { path: [place, key].filter(Boolean).join(': ') })
    found.set(key, value)
  }
  return found
}

function parseMetadata(value: HeaderJson, fail: Fail): Record<string, string> {
  if (value === null) return {}
  if (!(value instanceof HeaderObject)) return fail('__metadata__ is not an object')
  return Object.fromEntries(
    [...uniqueKeys(value, '__metadata__', fail)].map(([key, text]) =>
      typeof text === 'string' ? [key, text] : fail('__metadata__ holds something else than strings', { path: `__metadata__: ${key}` }),
    ),
  )
}

function parseEntry(name: string, value: HeaderJson, fail: Fail): RawEntry {
  const [dtype, shape, offsets] = fieldsOf(name, value, fail)
  const kind = typeof dtype === 'string' ? dtype : soleKey(dtype)
  if (kind === undefined) return fail('an entry is not { dtype, shape, data_offsets }', { path: name })
  const bits = BITS.get(kind)
  if (bits === undefined) return fail('unknown dtype', { path: name, got: kind, expected: [...BITS.keys()].join(', ') })
  if (!Array.isArray(shape) || !shape.every(isSize)) return fail('the shape is not a list of sizes', { path: name, got: textOf(shape) })
  if (!Array.isArray(offsets) || !offsets.every(isSize)) return fail('offsets are not a range', { path: name, got: textOf(offsets) })
  const [begin, end, more] = offsets
  if (begin === undefined || end === undefined || more !== undefined)
    return fail('an entry is not { dtype, shape, data_offsets }: two offsets are expected', { path: name, got: textOf(offsets) })
  if (end < begin) fail('offsets are not a range', { path: name, got: textOf(offsets) })
  const expected = byteCount(shape, bits)
  if (expected === undefined) return fail('the shape is not a list of sizes that can be', { path: name, got: textOf(shape) })
  if (end - begin !== expected)
    fail('the bytes do not fit the shape', {
      path: name,
      got: String(end - begin),
      expected: `${expected} for ${kind} [${shape.join(', ')}]`,
    })
  return { name, dtype: kind, shape, begin, end }
}

const FIELDS = ['dtype', 'shape', 'data_offsets'] as const

/** The three fields, by name or (as the reference reader has it) in a list; other fields are passed over. */
function fieldsOf(name: string, value: HeaderJson, fail: Fail): readonly (HeaderJson | undefined)[] {
  if (Array.isArray(value) && value.length === FIELDS.length) return value
  if (!(value instanceof HeaderObject)) return fail('an entry is not { dtype, shape, data_offsets }', { path: name })
  const known = new Set<string>(FIELDS)
  const fields = uniqueKeys(new HeaderObject(value.pairs.filter(([key]) => known.has(key))), name, fail)
  return FIELDS.map((field) => fields.get(field) ?? fail('an entry is not { dtype, shape, data_offsets }', { path: name, expected: field }))
}

function soleKey(value: HeaderJson | undefined): string | undefined {
  const [only, more] = value instanceof HeaderObject ? value.pairs : []
  return only !== undefined && more === undefined && only[1] === null ? only[0] : undefined
}

function isSize(value: HeaderJson): value is bigint {
  return typeof value === 'bigint' && value >= 0n && value <= MAX_U64
}

/** Undefined where 64 bits overflow or the last byte is not full. */
function byteCount(shape: readonly bigint[], bits: number): bigint | undefined {
  let count = 1n
  for (const size of shape) {
    count *= size
    if (count > MAX_U64) return undefined
  }
  const total = count * BigInt(bits)
  return total > MAX_U64 || total % 8n !== 0n ? undefined : total / 8n
}

/** The data must be covered exactly: a hole could hide content, an overlap could alias it. */
function checkCoverage(sorted: readonly RawEntry[], dataBytes: bigint, fail: Fail): void {
  let at = 0n
  for (const { name, begin, end } of sorted) {
    if (begin !== at)
      fail(begin < at ? 'two tensors overlap' : 'there is a hole before a tensor', { path: name, got: String(begin), expected: String(at) })
    at = end
  }
  if (at !== dataBytes) fail('the tensors do not end where the file ends', { got: `${dataBytes} bytes of data`, expected: String(at) })
}

function readable(raw: readonly RawEntry[]): Pick<SafetensorsHeader, 'entries' | 'refused'> {
  const entries: HeaderEntry[] = []
  const refused = new Map<string, string>()
  for (const { name, dtype, shape, begin, end } of raw) {
    const sizes = shape.map(Number)
    if (!isDtype(dtype)) refused.set(name, `a tensor of dtype ${dtype}`)
    else if (!sizes.every(Number.isSafeInteger)) refused.set(name, 'an empty tensor of endless shape')
    else entries.push({ name, dtype, shape: sizes, begin: Number(begin), end: Number(end) })
  }
  return { entries, refused }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function textOf(value: HeaderJson | undefined): string {
  return Array.isArray(value) ? `[${value.slice(0, 8).map(textOf).join(', ')}]` : value instanceof HeaderObject ? '{…}' : String(value)
}
