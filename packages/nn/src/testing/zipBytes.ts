import { crc32 } from 'node:zlib'

export interface ZipPart {
  readonly name: string
  readonly bytes: Uint8Array
  /** Lies for tests; by default everything is true. */
  readonly localName?: string
  readonly crc?: number
  readonly flags?: number
  readonly localFlags?: number
  readonly method?: number
  readonly storedSize?: number
  readonly localSize?: number
  readonly offset?: number
  readonly extra?: Uint8Array
}

const u16 = (value: number) => [value & 0xff, (value >>> 8) & 0xff]
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)]

export interface ZipLies {
  readonly count?: number
  readonly directoryOffset?: number
  readonly before?: Uint8Array
  readonly after?: Uint8Array
  readonly betweenDirectoryAndEnd?: Uint8Array
}

/** A stored zip archive, with whatever lies a test needs. */
export function zipBytes(parts: readonly ZipPart[], lies: ZipLies = {}): Uint8Array {
  const out: number[] = [...(lies.before ?? [])]
  const directory: number[] = []
  for (const part of parts) {
    const { bytes, flags = 0, method = 0 } = part
    const name = new TextEncoder().encode(part.name)
    const localName = new TextEncoder().encode(part.localName ?? part.name)
    const crc = part.crc ?? crc32(bytes)
    const at = part.offset ?? out.length
    const extra = part.extra ?? new Uint8Array()
    const local = [...u32(crc), ...u32(bytes.length), ...u32(part.localSize ?? bytes.length), ...u16(localName.length), ...u16(0)]
    const own = [
      ...u32(0x04034b50),
      ...u16(20),
      ...u16(part.localFlags ?? flags),
      ...u16(method),
      ...u32(0),
      ...local,
      ...localName,
      ...bytes,
    ]
    for (const byte of own) out.push(byte)
    directory.push(
      ...[...u32(0x02014b50), ...u16(20), ...u16(20), ...u16(flags), ...u16(method), ...u32(0), ...u32(crc)],
      ...[...u32(part.storedSize ?? bytes.length), ...u32(bytes.length), ...u16(name.length), ...u16(extra.length), ...u16(0)],
      ...[...u16(0), ...u16(0), ...u32(0), ...u32(at), ...name, ...extra],
    )
  }
  const start = lies.directoryOffset ?? out.length
  for (const byte of directory) out.push(byte)
  out.push(...(lies.betweenDirectoryAndEnd ?? []))
  const count = lies.count ?? parts.length
  out.push(...u32(0x06054b50), ...u32(0), ...u16(count), ...u16(count), ...u32(directory.length), ...u32(start), ...u16(0))
  out.push(...(lies.after ?? []))
  return Uint8Array.from(out)
}
