import type { ByteSource } from '../byteSource.js'

/** An entry whose bytes stand in the archive as they are. */
export interface ZipEntry {
  readonly name: string
  /** Where the content starts. */
  readonly start: number
  readonly size: number
  readonly crc32: number
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22
const MAX_COMMENT = 0xffff
const MAX_ENTRIES = 100_000
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20

/** What is wrong with an archive, without the file. */
export class ZipError extends Error {}

/** Whether the source ends as a zip archive does, whatever it starts with. */
export function endsAsZip(source: ByteSource): boolean {
  return findEnd(source) !== undefined
}

/**
 * The entries of a zip archive, for content that is only stored: compressed and encrypted entries are refused, and so is everything that
 * two readers could understand differently (two names for one entry, an entry twice, overlaps, bytes before the first).
 * @throws ZipError
 */
export function readZipDirectory(source: ByteSource): ZipEntry[] {
  const end = findEnd(source) ?? fail('there is no end-of-directory record; the file is cut or has something behind it')
  const directory = locateDirectory(source, end)
  if (directory.count > MAX_ENTRIES) fail(`${directory.count} entries, beyond the limit of ${MAX_ENTRIES}`)
  if (directory.size > MAX_DIRECTORY_BYTES) fail('a directory beyond the limit of 64 MiB')
  if (directory.start + directory.size !== directory.end) fail('the directory does not end where its end record starts')
  const bytes = viewOf(source.read(directory.start, directory.size))
  const entries: (ZipEntry & { readonly header: number })[] = []
  const names = new Set<string>()
  let at = 0
  for (let index = 0; index < directory.count; index++) {
    const { next, entry } = readCentral(bytes, at)
    checkName(entry.name)
    if (names.has(entry.name)) fail(`the entry '${entry.name}' stands twice`)
    names.add(entry.name)
    entries.push({ ...entry, start: contentStart(source, entry, directory.start) })
    at = next
  }
  if (at !== directory.size) fail('bytes behind the last directory entry')
  checkOrder(entries, directory.start)
  return entries.map(({ header: _, ...entry }) => entry)
}

interface Directory {
  readonly start: number
  readonly size: number
  readonly count: number
  /** Where its end record starts. */
  readonly end: number
}

function findEnd(source: ByteSource): { at: number; view: DataView } | undefined {
  const length = Math.min(source.size, END_BYTES + MAX_COMMENT)
  const view = viewOf(source.read(source.size - length, length))
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === length) {
      return { at: source.size - length + at, view: new DataView(view.buffer, view.byteOffset + at, END_BYTES) }
    }
  }
  return undefined
}

function locateDirectory(source: ByteSource, { at, view }: { at: number; view: DataView }): Directory {
  if (view.getUint16(4, true) !== 0 || view.getUint16(6, true) !== 0) fail('an archive of several volumes')
  const plain = { count: view.getUint16(10, true), size: view.getUint32(12, true), start: view.getUint32(16, true), end: at }
  if (view.getUint16(8, true) !== plain.count) fail('two counts of its entries')
  const locator = at >= 20 ? viewOf(source.read(at - 20, 20)) : undefined
  if (locator === undefined || locator.getUint32(0, true) !== LOCATOR64) {
    if (plain.count === 0xffff || plain.size === 0xffffffff || plain.start === 0xffffffff) fail('its zip64 record is missing')
    return plain
  }
  const recordAt = exact(locator.getBigUint64(8, true))
  if (recordAt + 56 > at - 20) fail('its zip64 record lies outside')
  const record = viewOf(source.read(recordAt, 56))
  if (record.getUint32(0, true) !== END64) fail('its zip64 record is none')
  if (recordAt + 12 + exact(record.getBigUint64(4, true)) !== at - 20) fail('its zip64 record has another length')
  const wide = {
    count: exact(record.getBigUint64(32, true)),
    size: exact(record.getBigUint64(40, true)),
    start: exact(record.getBigUint64(48, true)),
    end: recordAt,
  }
  const agrees = (narrow: number, saturated: number, value: number) => narrow === saturated || narrow === value
  if (
    !agrees(plain.count, 0xffff, wide.count) ||
    !agrees(plain.size, 0xffffffff, wide.size) ||
    !agrees(plain.start, 0xffffffff, wide.start)
  )
    fail('its two end records disagree')
  return wide
}

interface CentralEntry {
  readonly name: string
  readonly size: number
  readonly crc32: number
  /** Where its local header starts. */
  readonly header: number
}

function readCentral(view: DataView, at: number): { next: number; entry: CentralEntry } {
  if (at + CENTRAL_BYTES > view.byteLength || view.getUint32(at, true) !== CENTRAL) fail('a directory entry is damaged')
  const nameLength = view.getUint16(at + 28, true)
  const extraLength = view.getUint16(at + 30, true)
  const next = at + CENTRAL_BYTES + nameLength + extraLength + view.getUint16(at + 32, true)
  if (next > view.byteLength) fail('a directory entry is damaged')
  const name = decodeName(new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL_BYTES, nameLength))
  checkFlags(name, view.getUint16(at + 8, true), view.getUint16(at + 10, true))
  const wide = zip64Values(view, at + CENTRAL_BYTES + nameLength, extraLength)
  const take = (narrow: number): number =>
    narrow === 0xffffffff ? (wide.shift() ?? fail(`'${name}': its zip64 sizes are missing`)) : narrow
  const size = take(view.getUint32(at + 24, true))
  const stored = take(view.getUint32(at + 20, true))
  const header = take(view.getUint32(at + 42, true))
  if (stored !== size) fail(`'${name}' is stored, with two sizes: ${stored} and ${size}`)
  return { next, entry: { name, size, crc32: view.getUint32(at + 16, true), header } }
}

/** The local header must say the same; else two readers would see two files. */
function contentStart(source: ByteSource, entry: CentralEntry, limit: number): number {
  if (entry.header + LOCAL_BYTES > limit) fail(`'${entry.name}' lies outside the archive`)
  const view = viewOf(source.read(entry.header, LOCAL_BYTES))
  if (view.getUint32(0, true) !== LOCAL) fail(`'${entry.name}' does not start with a header`)
  const nameLength = view.getUint16(26, true)
  const start = entry.header + LOCAL_BYTES + nameLength + view.getUint16(28, true)
  if (start + entry.size > limit) fail(`'${entry.name}' lies outside the archive`)
  const name = decodeName(source.read(entry.header + LOCAL_BYTES, nameLength))
  if (name !== entry.name) fail(`'${entry.name}' has a second name: '${name}'`)
  checkFlags(name, view.getUint16(6, true), view.getUint16(8, true))
  const hasDescriptor = (view.getUint16(6, true) & 8) !== 0
  const size = view.getUint32(22, true)
  if (!hasDescriptor && size !== 0xffffffff && size !== entry.size) fail(`'${entry.name}' has two sizes: ${size} and ${entry.size}`)
  return start
}

function checkFlags(name: string, flags: number, method: number): void {
  if ((flags & 0x2041) !== 0) fail(`'${name}' is encrypted`)
  if (method !== 0) fail(`'${name}' is compressed; PyTorch stores its entries as they are`)
}

function checkName(name: string): void {
  if (name === '' || /[\0\\]/.test(name) || name.startsWith('/') || /^[a-zA-Z]:/.test(name) || name.split('/').includes('..'))
    fail(`an entry may not be called ${JSON.stringify(name).slice(0, 80)}`)
}

function checkOrder(entries: readonly (ZipEntry & { header: number })[], limit: number): void {
  let at = 0
  for (const { name, header, start, size } of [...entries].sort((a, b) => a.header - b.header)) {
    if (at === 0 && header !== 0) fail(`${header} bytes before the first entry`)
    if (header < at) fail(`'${name}' overlaps the entry before it`)
    at = start + size
  }
  if (at > limit) fail('entries reach into the directory')
}

function zip64Values(view: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; ) {
    const size = view.getUint16(at + 2, true)
    if (at + 4 + size > start + length) return []
    if (view.getUint16(at, true) === 1) {
      return Array.from({ length: Math.floor(size / 8) }, (_, i) => exact(view.getBigUint64(at + 4 + i * 8, true)))
    }
    at += 4 + size
  }
  return []
}

function exact(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : fail(`a size of ${value} bytes`)
}

function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return fail('an entry whose name is not UTF-8')
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function fail(what: string): never {
  throw new ZipError(what)
}
