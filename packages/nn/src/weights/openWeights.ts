import { TesseraError } from '@tessera/core'
import { type ByteSource, openFile } from './byteSource.js'
import { openSafetensors } from './openSafetensors.js'
import { openTorch, type TorchOptions } from './torch/openTorch.js'
import { readTorchLegacy } from './torch/torchLegacy.js'
import { readTorchZip } from './torch/torchZip.js'
import type { WeightFile } from './weightFile.js'

/**
 * Opens a file of weights by what is in it, whatever it is called: safetensors, or a PyTorch checkpoint (zip and legacy).
 * Nothing in the file is executed; its structure is checked whole before the first tensor is read. Close it after use.
 * @throws TesseraError CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID, UNSUPPORTED naming the file and what it is
 */
export function openWeights(path: string, options: TorchOptions = {}): WeightFile {
  const source = openFile(path)
  try {
    return openSource(source, options)
  } catch (error) {
    source.close()
    throw error
  }
}

/** The same for a source that is open already. */
export function openSource(source: ByteSource, options: TorchOptions = {}): WeightFile {
  const start = source.read(0, Math.min(source.size, 512))
  if (start.byteLength === 0) throw new TesseraError('CHECKPOINT_INVALID', { what: 'the file is empty', path: source.name })
  if (startsWith(start, 'PK\x03\x04')) return openTorch(source, 'PyTorch zip', readTorchZip, options)
  const other = OTHERS.find(({ at, magic }) => startsWith(start.subarray(at), magic))
  if (other !== undefined) {
    throw new TesseraError('UNSUPPORTED', { what: `this is ${other.what}, no file of weights`, path: source.name, hint: other.hint })
  }
  // Safetensors start with a length of eight bytes and '{'; a pickle with its protocol.
  if (start[8] === 0x7b) return openSafetensors(source)
  if (start[0] === 0x80) return openTorch(source, 'PyTorch legacy', readTorchLegacy, options)
  throw new TesseraError('CHECKPOINT_INVALID', { what: 'neither a safetensors file nor a PyTorch checkpoint', path: source.name })
}

const UNPACK = 'Unpack it first.'

/** What people take for a checkpoint, by how it starts. */
const OTHERS: readonly { at: number; magic: string; what: string; hint?: string }[] = [
  { at: 0, magic: 'version https://git-lfs', what: 'a Git LFS pointer', hint: 'Fetch the file itself with git lfs pull.' },
  { at: 0, magic: '<!DOCTYPE', what: 'a web page', hint: 'The download answered with a page instead of the file.' },
  { at: 0, magic: '<html', what: 'a web page', hint: 'The download answered with a page instead of the file.' },
  { at: 0, magic: 'PK\x05\x06', what: 'an empty zip archive' },
  { at: 0, magic: 'PK\x07\x08', what: 'a zip archive of several volumes' },
  {
    at: 257,
    magic: 'ustar',
    what: 'a tar archive (torch.save before 2017 wrote such files, too)',
    hint: 'Load it once with PyTorch and save it again.',
  },
  { at: 0, magic: '\x1f\x8b', what: 'a gzip archive', hint: UNPACK },
  { at: 0, magic: 'BZh', what: 'a bzip2 archive', hint: UNPACK },
  { at: 0, magic: '\xfd7zXZ', what: 'an xz archive', hint: UNPACK },
  { at: 0, magic: '7z\xbc\xaf\x27\x1c', what: 'a 7z archive', hint: UNPACK },
  { at: 0, magic: '\x28\xb5\x2f\xfd', what: 'a zstd archive', hint: UNPACK },
  { at: 0, magic: 'Rar!', what: 'a rar archive', hint: UNPACK },
  { at: 0, magic: 'GGUF', what: 'a GGUF file' },
  { at: 0, magic: '\x89HDF', what: 'an HDF5 file (Keras)' },
  { at: 0, magic: '\x93NUMPY', what: 'a numpy array' },
]

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return magic.length <= bytes.length && [...magic].every((char, i) => bytes[i] === char.charCodeAt(0))
}
