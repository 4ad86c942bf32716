import { TesseraError } from '@tessera/core'
import { bytesSource } from './byteSource.js'
import { BYTES_PER_ELEMENT, bytesToData, type Dtype, dtypeOf, elementCount, type TensorData, type WeightTensor } from './dtype.js'
import { parseHeader } from './safetensorsHeader.js'
import type { WeightFile } from './weightFile.js'

export interface SafetensorsContent {
  /** In file order. */
  readonly tensors: Map<string, WeightTensor>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads a whole safetensors file (https://github.com/huggingface/safetensors, format section). Nothing in it is executed.
 * @param file name for error messages
 * @throws TesseraError CHECKPOINT_INVALID for anything that the format does not allow
 */
export function readSafetensors(bytes: Uint8Array, file = 'safetensors'): SafetensorsContent {
  const { entries, refused, metadata, dataStart } = parseHeader(bytesSource(bytes, file))
  for (const [name, reason] of refused)
    throw new TesseraError('CHECKPOINT_INVALID', { what: `this entry cannot be read: ${reason}`, path: `${file}: ${name}` })
  const tensors = new Map<string, WeightTensor>()
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, { dtype, shape, data: bytesToData(bytes.subarray(dataStart + begin, dataStart + end), dtype) })
  }
  return { tensors, metadata }
}

/** What can be written: the dtype follows from the array unless it is given (half floats need it). */
export interface WritableTensor {
  readonly shape: readonly number[]
  readonly data: TensorData
  readonly dtype?: Dtype
}

/** Bytes of a safetensors file: tensors in the map's order, the header padded with spaces to 8 bytes. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WritableTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = [...tensors].map(([name, tensor]) => ({ name, dtype: checkTensor(name, tensor), shape: tensor.shape }))
  const header = headerOf(entries, metadata)
  const file = new Uint8Array([...tensors.values()].reduce((size, { data }) => size + data.byteLength, header.byteLength))
  file.set(header)
  let at = header.byteLength
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}

/** The same file in parts, one tensor at a time: what is in memory is the largest of them. Each is read when its part is asked for. */
export function* safetensorsParts(file: WeightFile, metadata: Readonly<Record<string, string>> = {}): Generator<Uint8Array> {
  yield headerOf(
    [...file.entries].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    metadata,
  )
  for (const name of file.entries.keys()) {
    const tensor = file.read(name)
    checkTensor(name, tensor)
    yield new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
  }
}

interface HeaderEntry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
}

function headerOf(entries: readonly HeaderEntry[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : []
  let offset = 0
  for (const { name, dtype, shape } of entries) {
    const end = offset + (elementCount(shape) ?? Number.NaN) * BYTES_PER_ELEMENT[dtype]
    header.push([name, { dtype, shape, data_offsets: [offset, end] }])
    offset = end
  }
  const json = new TextEncoder().encode(`{${header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`)
  const length = Math.ceil(json.byteLength / 8) * 8
  const bytes = new Uint8Array(8 + length).fill(0x20, 8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(json, 8)
  return bytes
}

function checkTensor(name: string, tensor: WritableTensor): Dtype {
  if (name === '__metadata__')
    throw new TesseraError('INVALID_ARGUMENT', { what: 'a tensor cannot have this name in a safetensors file', got: name })
  const dtype = tensor.dtype ?? dtypeOf(tensor.data, name)
  const bytes = (elementCount(tensor.shape) ?? Number.NaN) * BYTES_PER_ELEMENT[dtype]
  if (bytes !== tensor.data.byteLength) {
    throw new TesseraError('SHAPE_MISMATCH', {
      what: 'the values do not fit the shape',
      path: name,
      got: `${tensor.data.byteLength} bytes`,
      expected: `${bytes} for ${dtype} [${tensor.shape.join(', ')}]`,
    })
  }
  return dtype
}
