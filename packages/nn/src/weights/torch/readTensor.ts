import { asData, BYTES_PER_ELEMENT, bytesToData, elementCount, type WeightTensor } from '../dtype.js'
import { PickleError } from '../pickle/pickleError.js'
import type { TorchTensor } from './torchGlobals.js'

/** A small storage may be spread by strides of 0 (`expand`), but not into what cannot be held. */
const MAX_SPREAD_BYTES = 64 * 2 ** 20

/** The bytes that a view will have; an error when strides make it far larger than its storage. */
export function tensorBytes(tensor: TorchTensor): number {
  const bytes = (elementCount(tensor.shape) ?? Number.NaN) * BYTES_PER_ELEMENT[tensor.dtype]
  if (!(bytes <= Math.max(tensor.storage.byteLength ?? 0, MAX_SPREAD_BYTES)))
    throw new PickleError(`a tensor [${tensor.shape.join(', ')}] that repeats a storage of ${tensor.storage.byteLength} bytes`)
  return bytes
}

/**
 * A view's values in row-major order.
 * @param storage its whole storage, aligned
 * @param isOwn whether nobody else sees `storage`: a view of all of it is then handed on without a copy
 */
export function readTensor(tensor: TorchTensor, storage: Uint8Array<ArrayBuffer>, isOwn: boolean): WeightTensor {
  const { dtype, shape, stride, offset } = tensor
  const start = offset * BYTES_PER_ELEMENT[dtype]
  const bytes = isContiguous(shape, stride) ? storage.subarray(start, start + tensorBytes(tensor)) : gather(tensor, storage)
  if (dtype === 'BOOL' && bytes.some((value) => value > 1)) throw new PickleError('a truth value that is neither true nor false')
  return { dtype, shape, data: isOwn && isWholeStorage(tensor) ? asData(bytes, dtype) : bytesToData(bytes, dtype) }
}

/** Whether the tensor is its storage as it stands: what was read of it can stay. */
export function isWholeStorage(tensor: TorchTensor): boolean {
  return tensorBytes(tensor) === tensor.storage.byteLength && isContiguous(tensor.shape, tensor.stride)
}

function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 0
    if (size === 0) return true
    if (size !== 1 && stride[axis] !== expected) return false
    expected *= size
  }
  return true
}

function gather(tensor: TorchTensor, storage: Uint8Array): Uint8Array<ArrayBuffer> {
  const { dtype, shape, stride, offset } = tensor
  const size = BYTES_PER_ELEMENT[dtype]
  const out = new Uint8Array(tensorBytes(tensor))
  const index = new Array<number>(shape.length).fill(0)
  let source = offset
  for (let target = 0; target < out.byteLength; target += size) {
    for (let byte = 0; byte < size; byte++) out[target + byte] = storage[source * size + byte] ?? 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1
      source += stride[axis] ?? 0
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break
      source -= (stride[axis] ?? 0) * (shape[axis] ?? 0)
      index[axis] = 0
    }
  }
  return out
}
