import { TesseraError } from '@tessera/core'
import type { ByteSource } from './byteSource.js'
import { asData } from './dtype.js'
import { ownRoom } from './room.js'
import { parseHeader } from './safetensorsHeader.js'
import { endsAsZip } from './torch/zipDirectory.js'
import type { WeightFile } from './weightFile.js'

/** A safetensors file whose tensors are read one by one, each straight into its own memory. */
export function openSafetensors(source: ByteSource): WeightFile {
  const { entries, refused, metadata, dataStart } = parseHeader(source)
  // Another reader would see another model.
  if (endsAsZip(source)) {
    throw new TesseraError('CHECKPOINT_INVALID', { what: 'a safetensors file that is a zip archive as well', path: source.name })
  }
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  return {
    path: source.name,
    format: 'safetensors',
    entries: byName,
    refused,
    globals: [],
    metadata,
    read(name, room = ownRoom) {
      const entry = byName.get(name)
      if (entry === undefined)
        throw new TesseraError('CHECKPOINT_INVALID', {
          what: refused.has(name) ? `this entry cannot be read: ${refused.get(name)}` : 'there is no such tensor',
          path: `${source.name}: ${name}`,
        })
      const { dtype, shape, begin, end } = entry
      const bytes = room(end - begin)
      source.readInto(dataStart + begin, bytes)
      return { dtype, shape, data: asData(bytes, dtype) }
    },
    close: () => source.close(),
  }
}
