import { TesseraError } from '@tessera/core'
import type { ByteSource } from '../byteSource.js'
import { PickleError } from '../pickle/pickleError.js'
import type { Room } from '../room.js'
import type { WeightEntry, WeightFile } from '../weightFile.js'
import { isWholeStorage, readTensor, tensorBytes } from './readTensor.js'
import { selectStateDict } from './selectStateDict.js'
import type { TorchContent } from './torchContent.js'
import type { TorchStorage, TorchTensor } from './torchGlobals.js'
import { ZipError } from './zipDirectory.js'

/** Views of one storage may not add up to far more than the file: a state dict has few of them. */
const MAX_EXPANSION = 4
const MAX_EXPANSION_BYTES = 64 * 2 ** 20

export interface TorchOptions {
  /** Which entry of the checkpoint holds the weights, where it is not one of the usual. */
  readonly key?: string | undefined
}

/**
 * A PyTorch checkpoint as a file of weights.
 * @param parse reads its structure (zip or legacy)
 * @throws TesseraError CHECKPOINT_INVALID naming the file, and the tensor where it is one
 */
export function openTorch(
  source: ByteSource,
  format: string,
  parse: (source: ByteSource) => TorchContent,
  options: TorchOptions = {},
): WeightFile {
  const content = guarded(source.name, format, () => parse(source))
  const { tensors, refused } = guarded(source.name, format, () => {
    const selected = selectStateDict(content.value, options.key)
    checkExpansion(selected.tensors, source.size)
    return selected
  })
  const uses = new Map<TorchStorage, number>()
  for (const { storage } of tensors.values()) uses.set(storage, (uses.get(storage) ?? 0) + 1)
  // Views of one storage mostly follow each other.
  let last: { storage: TorchStorage; bytes: Uint8Array<ArrayBuffer> } | undefined
  const bytesOf = (tensor: TorchTensor, room: Room | undefined): Uint8Array<ArrayBuffer> => {
    const { storage } = tensor
    if (uses.get(storage) === 1) return content.readStorage(storage, isWholeStorage(tensor) ? room : undefined)
    if (last?.storage !== storage) last = { storage, bytes: content.readStorage(storage) }
    return last.bytes
  }
  return {
    path: source.name,
    format,
    entries: new Map<string, WeightEntry>(tensors),
    refused,
    globals: [...content.globals],
    metadata: {},
    read(name, room) {
      const tensor = tensors.get(name)
      if (tensor === undefined)
        throw new TesseraError('CHECKPOINT_INVALID', {
          what: refused.has(name) ? `this entry cannot be read: ${refused.get(name)}` : 'there is no such tensor',
          path: `${source.name}: ${name}`,
        })
      return guarded(`${source.name}: ${name}`, format, () => readTensor(tensor, bytesOf(tensor, room), uses.get(tensor.storage) === 1))
    },
    close: () => source.close(),
  }
}

function checkExpansion(tensors: ReadonlyMap<string, TorchTensor>, fileBytes: number): void {
  let total = 0
  for (const [name, tensor] of tensors) {
    total += tensorBytes(tensor)
    if (total > Math.max(MAX_EXPANSION * fileBytes, MAX_EXPANSION_BYTES))
      throw new PickleError(
        `its tensors share their bytes so often that they are ${MAX_EXPANSION} times as large as the file (at '${name}')`,
      )
  }
}

function guarded<T>(path: string, format: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    if (!(cause instanceof PickleError || cause instanceof ZipError)) throw cause
    throw new TesseraError('CHECKPOINT_INVALID', { what: `not a valid checkpoint (${format}): ${cause.message}`, path, cause })
  }
}
