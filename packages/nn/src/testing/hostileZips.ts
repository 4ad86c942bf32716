import { gzipSync } from 'node:zlib'
import { writeSafetensors } from '../weights/safetensors.js'
import type { HostileSample } from './hostilePickles.js'
import { joined } from './mutate.js'
import { dict, pickle, raw, storagePart, tensor, torchZip } from './pickleText.js'
import { type ZipLies, type ZipPart, zipBytes } from './zipBytes.js'

const body = dict(['w', tensor()])
const data: ZipPart = { name: 'archive/data.pkl', bytes: raw(pickle(body)) }
const [floats = data] = storagePart()

const zip = (name: string, parts: readonly ZipPart[], message: RegExp, lies: ZipLies = {}): HostileSample => ({
  name,
  bytes: zipBytes(parts, lies),
  message,
})
const more = (name: string, part: ZipPart, message: RegExp) => zip(name, [data, floats, part], message)
const text = (content: string) => new TextEncoder().encode(content)
const good = torchZip(body)

/** The good archive with one field of its end record changed. */
const atEnd = (offset: number, value: number): Uint8Array => {
  const copy = good.slice()
  new DataView(copy.buffer).setUint16(copy.length - 22 + offset, value, true)
  return copy
}

export const HOSTILE_ZIPS: readonly HostileSample[] = [
  { name: 'nothing wrong', bytes: good, inert: true },
  {
    name: 'an entry under an odd suffix',
    bytes: torchZip(body, [{ name: 'archive/data.pkl.bin', bytes: raw('cos\nsystem\n.') }]),
    inert: true,
  },
  { name: 'little-endian, said', bytes: torchZip(body, [{ name: 'archive/byteorder', bytes: text('little') }]), inert: true },
  zip('encrypted, said', [{ ...data, flags: 1 }, floats], /'archive\/data\.pkl' is encrypted/),
  zip('strongly encrypted', [{ ...data, flags: 0x40 }, floats], /is encrypted/),
  zip('encrypted in one header', [{ ...data, localFlags: 1 }, floats], /is encrypted/),
  zip('a wrong checksum of the pickle', [{ ...data, crc: 1 }, floats], /data\.pkl' does not have the checksum/),
  zip('a wrong checksum of a storage', [data, { ...floats, crc: 1 }], /w: .*'archive\/data\/0' does not have the checksum/),
  zip('a second name in the local header', [{ ...data, localName: 'archive/evil.pkl' }, floats], /second name: 'archive\/evil\.pkl'/),
  zip('data.pkl twice', [data, data, floats], /data\.pkl' stands twice/),
  zip('two folders', [data, { ...floats, name: 'other/data/0' }], /do not share one folder/),
  zip('no folder', [{ ...data, name: 'data.pkl' }], /do not share one folder/),
  zip('no data.pkl', [floats], /no 'archive\/data\.pkl'/),
  zip('deflated', [{ ...data, method: 8 }, floats], /data\.pkl' is compressed/),
  zip('a bomb', [data, floats, { name: 'archive/data/1', bytes: new Uint8Array(10), method: 8 }], /is compressed/),
  zip('two sizes', [{ ...data, storedSize: 3 }, floats], /two sizes/),
  zip('another size in the local header', [data, { ...floats, localSize: 8 }], /two sizes/),
  zip('overlapping entries', [data, { ...floats, offset: 0, localName: 'archive/data.pkl' }], /second name|overlaps/),
  zip('an entry beyond the archive', [data, { ...floats, offset: 10_000 }], /outside the archive/),
  zip('an entry that is none', [data, { ...floats, offset: 3 }], /does not start with a header/),
  more('..', { name: 'archive/../../etc/passwd', bytes: text('x') }, /may not be called/),
  more('an absolute name', { name: '/etc/passwd', bytes: text('x') }, /may not be called/),
  more('a drive', { name: 'C:/x', bytes: text('x') }, /may not be called/),
  more('a backslash', { name: 'archive\\data', bytes: text('x') }, /may not be called/),
  more('NUL', { name: 'archive/a\0b', bytes: text('x') }, /may not be called/),
  more('no name', { name: '', bytes: text('x') }, /may not be called/),
  more('big-endian', { name: 'archive/byteorder', bytes: text('big') }, /not little-endian/),
  more('a hostile byteorder', { name: 'archive/byteorder', bytes: new Uint8Array(1000) }, /longer than it ever is/),
  more('a hostile version', { name: 'archive/version', bytes: new Uint8Array(1000) }, /longer than it ever is/),
  more('TorchScript', { name: 'archive/constants.pkl', bytes: text('x') }, /TorchScript program/),
  more('TorchScript by its code', { name: 'archive/code/__torch__.py', bytes: text('x') }, /TorchScript program/),
  zip('70,000 entries', manyParts(), /two counts|zip64|damaged|behind the last|end/),
  zip('more entries than said', [data, floats], /behind the last directory entry/, { count: 1 }),
  zip('fewer entries than said', [data, floats], /damaged/, { count: 3 }),
  zip('a directory elsewhere', [data, floats], /directory does not end/, { directoryOffset: 0 }),
  zip('bytes before', [data, floats], /neither|bytes before/, { before: text('#!/bin/sh\n') }),
  zip('bytes behind', [data, floats], /no end-of-directory/, { after: text('x') }),
  zip('a gap before the end record', [data, floats], /directory does not end/, { betweenDirectoryAndEnd: text('x') }),
  { name: 'several volumes', bytes: atEnd(4, 1), message: /several volumes/ },
  { name: 'two counts', bytes: atEnd(8, 1), message: /two counts/ },
  { name: 'zip64 without its record', bytes: zip64Lie(), message: /zip64 record is missing/ },
  zip('sizes beyond 2^53', [data, { ...floats, extra: wideExtra() }], /outside|size of|directory|sizes/),
  { name: 'cut', bytes: good.slice(0, -30), message: /no end-of-directory/ },
  { name: 'starts with PK\\5\\6', bytes: joined(text('PK\x05\x06'), good), message: /empty zip archive/ },
  { name: 'starts with PK\\7\\8', bytes: joined(text('PK\x07\x08'), good), message: /several volumes/ },
  { name: 'gzip around it', bytes: new Uint8Array(gzipSync(good)), message: /gzip/ },
  { name: 'safetensors and zip at once', bytes: polyglot(), message: /zip archive as well/ },
  { name: 'a zip in a zip', bytes: zipBytes([{ name: 'archive/inner.pth', bytes: good }]), message: /no 'archive\/data\.pkl'/ },
]

function manyParts(): ZipPart[] {
  return Array.from({ length: 70_000 }, (_, i) => ({ name: `archive/${i}`, bytes: new Uint8Array() }))
}

function zip64Lie(): Uint8Array {
  const copy = good.slice()
  const view = new DataView(copy.buffer)
  view.setUint16(copy.length - 22 + 8, 0xffff, true)
  view.setUint16(copy.length - 22 + 10, 0xffff, true)
  return copy
}

function wideExtra(): Uint8Array {
  const extra = new Uint8Array(20)
  const view = new DataView(extra.buffer)
  view.setUint16(0, 1, true)
  view.setUint16(2, 16, true)
  view.setBigUint64(4, 2n ** 60n, true)
  return extra
}

/** A safetensors file whose last tensor is a whole archive. */
function polyglot(): Uint8Array {
  return writeSafetensors(new Map([['w', { shape: [good.length], data: good }]]))
}
