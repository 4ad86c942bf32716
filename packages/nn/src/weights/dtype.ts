import { TesseraError } from '@tessera/core'

/** Bytes per element of every dtype that we read and write; others (fp8, complex) are refused by name. */
export const BYTES_PER_ELEMENT = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const

export type Dtype = keyof typeof BYTES_PER_ELEMENT

/** Values as they stand in the file; half floats as their 16 bits. */
export type TensorData = Float64Array | Float32Array | Uint16Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array

export interface WeightTensor {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly data: TensorData
}

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(BYTES_PER_ELEMENT, value)
}

/** Elements of a shape; undefined where the product leaves the exact integers or a size is not a count. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return undefined
    count *= size
    if (!Number.isSafeInteger(count)) return undefined
  }
  return count
}

/** A copy of the bytes as the dtype's array: views of a file are rarely aligned. */
export function bytesToData(bytes: Uint8Array, dtype: Dtype): TensorData {
  const copy = new Uint8Array(new ArrayBuffer(bytes.byteLength))
  copy.set(bytes)
  return asData(copy, dtype)
}

/** The bytes themselves as the dtype's array; they must be aligned for it, and as many as a multiple of its size. */
export function asData({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>, dtype: Dtype): TensorData {
  const count = byteLength / BYTES_PER_ELEMENT[dtype]
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer, byteOffset, count)
    case 'F32':
      return new Float32Array(buffer, byteOffset, count)
    case 'F16':
    case 'BF16':
      return new Uint16Array(buffer, byteOffset, count)
    case 'I64':
      return new BigInt64Array(buffer, byteOffset, count)
    case 'I32':
      return new Int32Array(buffer, byteOffset, count)
    case 'I16':
      return new Int16Array(buffer, byteOffset, count)
    case 'I8':
      return new Int8Array(buffer, byteOffset, count)
    case 'U8':
    case 'BOOL':
      return new Uint8Array(buffer, byteOffset, count)
  }
}

// By tag, not instanceof: arrays may come from another realm (jest, a worker).
const DTYPE_BY_TAG: Readonly<Record<string, Dtype>> = {
  Float64Array: 'F64',
  Float32Array: 'F32',
  BigInt64Array: 'I64',
  Int32Array: 'I32',
  Int16Array: 'I16',
  Int8Array: 'I8',
  Uint8Array: 'U8',
}

/** The dtype an array is written as. Uint16Array says nothing (F16 or BF16): it must be given. */
export function dtypeOf(data: TensorData, name: string): Dtype {
  const dtype = DTYPE_BY_TAG[data[Symbol.toStringTag]]
  if (dtype === undefined) {
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'this array needs its dtype given',
      path: name,
      got: data[Symbol.toStringTag],
      expected: 'F16 or BF16',
    })
  }
  return dtype
}

/** The values as float32, whatever the file holds; float32 itself without a copy. 64-bit values are rounded. */
export function toFloat32(tensor: WeightTensor): Float32Array {
  const { dtype, data } = tensor
  if (dtype === 'BF16') return bfloat16ToFloat32(data as Uint16Array)
  if (dtype === 'F16') return float16ToFloat32(data as Uint16Array)
  if (data[Symbol.toStringTag] === 'Float32Array') return data as Float32Array
  if (data[Symbol.toStringTag] === 'BigInt64Array') return Float32Array.from(data as BigInt64Array, Number)
  return new Float32Array(data as Exclude<TensorData, BigInt64Array>)
}

/** bfloat16 is the upper half of a float32. */
function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] ?? 0) << 16
  return new Float32Array(bits.buffer)
}

let float16Values: Float32Array | undefined

/** By a table of all 65,536 halves: a hundred million of them must not take a minute. */
function float16ToFloat32(halves: Uint16Array): Float32Array {
  float16Values ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => float16ToNumber(bits))
  const out = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) out[i] = float16Values[halves[i] ?? 0] ?? 0
  return out
}

function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
