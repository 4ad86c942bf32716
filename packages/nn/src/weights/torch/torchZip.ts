import { crc32 } from 'node:zlib'
import type { ByteSource } from '../byteSource.js'
import { unpickle } from '../pickle/unpickle.js'
import { ownRoom } from '../room.js'
import { collectGlobals, type TorchContent } from './torchContent.js'
import { storageOf, TORCH_GLOBALS, type TorchStorage } from './torchGlobals.js'
import { readZipDirectory, type ZipEntry, ZipError } from './zipDirectory.js'

const MAX_PICKLE_BYTES = 256 * 2 ** 20
/** Read and checked piece by piece, while the piece is still in the processor's cache. */
const CHECKED_BYTES = 512 * 2 ** 10

/**
 * A checkpoint of `torch.save` since PyTorch 1.6: a zip archive of `<name>/data.pkl` and `<name>/data/<key>`, stored.
 * @throws ZipError, PickleError
 */
export function readTorchZip(source: ByteSource): TorchContent {
  const entries = new Map(readZipDirectory(source).map((entry) => [entry.name, entry]))
  const root = rootOf([...entries.keys()])
  refuseOtherKinds(entries, root)
  const read = (entry: ZipEntry, room = ownRoom): Uint8Array<ArrayBuffer> => {
    const bytes = room(entry.size)
    let checksum = 0
    for (let at = 0; at < entry.size; at += CHECKED_BYTES) {
      const part = bytes.subarray(at, at + CHECKED_BYTES)
      source.readInto(entry.start + at, part)
      checksum = crc32(part, checksum)
    }
    if (checksum !== entry.crc32)
      throw new ZipError(`'${entry.name}' does not have the checksum that the archive says: the file is damaged or was changed`)
    return bytes
  }
  const order = entries.get(`${root}/byteorder`)
  if (order !== undefined && new TextDecoder().decode(read(small(order))).trim() !== 'little')
    throw new ZipError('its numbers are not little-endian')
  const pickle = entries.get(`${root}/data.pkl`)
  if (pickle === undefined) throw new ZipError(`there is no '${root}/data.pkl'`)
  if (pickle.size > MAX_PICKLE_BYTES) throw new ZipError(`'${pickle.name}' is beyond the limit of 256 MiB`)

  const entryOf = (storage: TorchStorage): ZipEntry => {
    const entry = entries.get(`${root}/data/${storage.key}`)
    if (entry === undefined) throw new ZipError(`the storage '${storage.key}' is missing`)
    if (storage.byteLength !== undefined && storage.byteLength !== entry.size)
      throw new ZipError(`the storage '${storage.key}' has ${entry.size} bytes and should have ${storage.byteLength}`)
    return entry
  }
  const { report, onUnknown } = collectGlobals()
  const bytes = read(pickle)
  // One object for one storage, whatever the pickle repeats.
  const storages = new Map<string, TorchStorage>()
  const { value, end } = unpickle(bytes, 0, {
    known: TORCH_GLOBALS,
    onUnknown,
    persistent: (id) => {
      const storage = storageOf(id)
      entryOf(storage)
      const name = `${storage.kind} ${storage.key}`
      storages.set(name, storages.get(name) ?? storage)
      return storages.get(name) ?? storage
    },
  })
  if (end !== bytes.byteLength) throw new ZipError(`'${pickle.name}' goes on behind its end`)
  return {
    value,
    globals: report,
    // The whole storage, so that its checksum covers what is used.
    readStorage: (storage, room) => read(entryOf(storage), room),
  }
}

/** The one folder that everything in the archive stands in. */
function rootOf(names: readonly string[]): string {
  const roots = new Set(names.map((name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '')))
  const [root] = roots
  if (roots.size !== 1 || root === undefined || root === '')
    throw new ZipError('a zip archive, but not one of torch.save: its entries do not share one folder')
  return root
}

function refuseOtherKinds(entries: ReadonlyMap<string, ZipEntry>, root: string): void {
  const isScript = entries.has(`${root}/constants.pkl`) || [...entries.keys()].some((name) => name.startsWith(`${root}/code/`))
  if (isScript) throw new ZipError('a TorchScript program; save its state_dict() with torch.save instead')
  const version = entries.get(`${root}/version`)
  if (version !== undefined) small(version)
}

function small(entry: ZipEntry): ZipEntry {
  if (entry.size > 64) throw new ZipError(`'${entry.name}' is longer than it ever is`)
  return entry
}
