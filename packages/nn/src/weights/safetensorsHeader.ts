import { type ErrorDetails, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { ByteSource } from './byteSource.js'
import { BYTES_PER_ELEMENT, type Dtype, elementCount, isDtype } from './dtype.js'
import { duplicateKey } from './duplicateKey.js'

/** The format's own cap on the header, so that a hostile length cannot make us allocate. */
const MAX_HEADER_BYTES = 100_000_000
const LENGTH_BYTES = 8

export interface HeaderEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Byte range, counted from the end of the header. */
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[]
  readonly metadata: Readonly<Record<string, string>>
  /** Where the data starts in the file. */
  readonly dataStart: number
}

const entrySchema = v.object({
  dtype: v.string(),
  shape: v.array(v.number()),
  data_offsets: v.strictTuple([v.number(), v.number()]),
})
const metadataSchema = v.record(v.string(), v.string())

/**
 * Reads and checks the header: every offset lies in the file, no hole, no overlap, sizes fit shapes.
 * @throws TesseraError CHECKPOINT_INVALID naming the file and the tensor
 */
export function parseHeader(source: ByteSource): SafetensorsHeader {
  const { name: file, size } = source
  const fail = (what: string, details: Omit<ErrorDetails, 'what'> = {}): never => {
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

  const parsed = parseJson(source.read(LENGTH_BYTES, dataStart - LENGTH_BYTES), fail)
  let metadata: Readonly<Record<string, string>> = {}
  const entries: HeaderEntry[] = []
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') {
      if (!v.is(metadataSchema, value)) fail('__metadata__ holds something else than strings', { got: value })
      else metadata = value
    } else entries.push(parseEntry(name, value, fail))
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkCoverage(entries, size - dataStart, fail)
  return { entries, metadata, dataStart }
}

type Fail = (what: string, details?: Omit<ErrorDetails, 'what'>) => never

function parseJson(bytes: Uint8Array, fail: Fail): object {
  let text = ''
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    fail('the header is not UTF-8')
  }
  if (!text.startsWith('{')) fail("the header does not start with '{'", { got: text.slice(0, 8) })
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    fail(`the header is not JSON (${error instanceof Error ? error.message.slice(0, 80) : ''})`)
  }
  if (typeof parsed !== 'object' || parsed === null) return fail('the header is not an object')
  const twice = duplicateKey(text)
  if (twice !== undefined) fail('a name stands twice in the header', { path: twice })
  return parsed
}

function parseEntry(name: string, value: unknown, fail: Fail): HeaderEntry {
  const result = v.safeParse(entrySchema, value)
  if (!result.success) return fail('an entry is not { dtype, shape, data_offsets }', { path: name, got: value })
  const { dtype, shape, data_offsets } = result.output
  const [begin, end] = data_offsets
  if (!isDtype(dtype)) return fail('unknown dtype', { path: name, got: dtype, expected: Object.keys(BYTES_PER_ELEMENT).join(', ') })
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin)
    fail('offsets are not a range', { path: name, got: data_offsets })
  const count = elementCount(shape)
  if (count === undefined) return fail('the shape is not a list of sizes', { path: name, got: shape })
  const expected = count * BYTES_PER_ELEMENT[dtype]
  if (end - begin !== expected)
    fail('the bytes do not fit the shape', { path: name, got: end - begin, expected: `${expected} for ${dtype} [${shape.join(', ')}]` })
  return { name, dtype, shape, begin, end }
}

/** The data must be covered exactly: a hole could hide content, an overlap could alias it. */
function checkCoverage(sorted: readonly HeaderEntry[], dataBytes: number, fail: Fail): void {
  let at = 0
  for (const { name, begin, end } of sorted) {
    if (begin !== at)
      fail(begin < at ? 'two tensors overlap' : 'there is a hole before a tensor', { path: name, got: begin, expected: String(at) })
    at = end
  }
  if (at !== dataBytes) fail('the tensors do not end where the file ends', { got: `${dataBytes} bytes of data`, expected: String(at) })
}
