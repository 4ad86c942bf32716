import type { ByteSource } from '../byteSource.js'
import { PickleEnd } from '../pickle/pickleBytes.js'
import { PickleError } from '../pickle/pickleError.js'
import { PyDict, PyList, type PyValue } from '../pickle/pyValue.js'
import { type Unpickled, unpickle } from '../pickle/unpickle.js'
import { ownRoom } from '../room.js'
import { collectGlobals, type TorchContent } from './torchContent.js'
import { storageOf, TORCH_GLOBALS, type TorchStorage } from './torchGlobals.js'

const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001
/** Pickles stand at the start; this much is read first, four times as much whenever they go on. */
const FIRST_WINDOW = 2 ** 20
const MAX_PICKLE_BYTES = 256 * 2 ** 20

/**
 * A checkpoint of `torch.save` before PyTorch 1.6: five pickles (magic number, protocol, facts of the machine, the object, the keys of
 * its storages), then each storage as its element count and its bytes.
 * @throws PickleError
 */
export function readTorchLegacy(source: ByteSource): TorchContent {
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const isAll = window >= source.size
    try {
      return parse(source, source.read(0, Math.min(window, source.size)))
    } catch (error) {
      if (!(error instanceof PickleEnd) || isAll) throw error
      if (window >= MAX_PICKLE_BYTES) throw new PickleError('its pickles are beyond the limit of 256 MiB')
    }
  }
}

function parse(source: ByteSource, bytes: Uint8Array): TorchContent {
  const storages = new Map<string, TorchStorage>()
  const { report, onUnknown } = collectGlobals()
  let at = 0
  const next = (persistent?: (id: PyValue) => PyValue): PyValue => {
    const { value, end }: Unpickled = unpickle(bytes, at, { known: TORCH_GLOBALS, onUnknown, ...(persistent && { persistent }) })
    at = end
    return value
  }
  if (next() !== MAGIC) throw new PickleError('a pickle, but not one of torch.save')
  const protocol = next()
  if (protocol !== PROTOCOL) throw new PickleError(`protocol ${String(protocol)} of torch.save; only ${PROTOCOL} is known`)
  const system = next()
  if (!(system instanceof PyDict) || system.get('little_endian') !== true) throw new PickleError('its numbers are not little-endian')
  const value = next((id) => {
    const storage = storageOf(id)
    const known = storages.get(storage.key)
    if (known !== undefined && (known.kind !== storage.kind || known.count !== storage.count))
      throw new PickleError(`the storage '${storage.key}' stands there as two`)
    storages.set(storage.key, known ?? storage)
    return known ?? storage
  })
  const places = placesOf(next(), storages, at, source)
  return {
    value,
    globals: report,
    readStorage: ({ key }, room = ownRoom) => {
      const place = places.get(key)
      if (place === undefined) throw new PickleError(`the storage '${key}' is missing`)
      const bytes = room(place.size)
      source.readInto(place.start, bytes)
      return bytes
    },
  }
}

/** Where each storage's bytes are. Their count stands in front of them, and must be what the pickle said. */
function placesOf(keys: PyValue, storages: ReadonlyMap<string, TorchStorage>, start: number, source: ByteSource) {
  if (!(keys instanceof PyList)) throw new PickleError('the list of its storages is none')
  const places = new Map<string, { start: number; size: number }>()
  let at = start
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined
    if (storage === undefined || typeof key !== 'string') throw new PickleError('its list of storages names one that no tensor uses')
    if (places.has(key)) throw new PickleError(`the storage '${key}' stands in the file twice`)
    const size = storage.byteLength
    if (size === undefined) throw new PickleError(`a storage of class ${storage.kind}, whose size is not known`)
    if (at + 8 + size > source.size) throw new PickleError(`the file ends inside the storage '${key}'`)
    const count = new DataView(source.read(at, 8).buffer).getBigInt64(0, true)
    if (count !== BigInt(storage.count))
      throw new PickleError(`the storage '${key}' has ${count} elements and should have ${storage.count}`)
    places.set(key, { start: at + 8, size })
    at += 8 + size
  }
  const missing = [...storages.keys()].find((key) => !places.has(key))
  if (missing !== undefined) throw new PickleError(`the storage '${missing}' is missing`)
  if (at !== source.size) throw new PickleError('the file goes on behind its last storage')
  return places
}
