import type { Maker } from './knownGlobals.js'
import { PickleError } from './pickleError.js'
import { PyOpaque, PyTuple, type PyValue } from './pyValue.js'

/** numpy's dtype by its code (`f4`), completed by BUILD with the byte order. */
export class NumpyDtype extends PyOpaque {
  order = '<'

  constructor(readonly code: string) {
    super()
  }

  override build(state: PyValue): boolean {
    const order = state instanceof PyTuple ? state.items[1] : undefined
    if (typeof order !== 'string') return false
    this.order = order
    return true
  }
}

/** An array with the values as they stand in the file; `bytes` is undefined for object arrays, whose items are not looked at. */
export class NumpyArray extends PyOpaque {
  shape: readonly number[] = []
  dtype: NumpyDtype | undefined
  bytes: Uint8Array | undefined

  /** State: (version, shape, dtype, is Fortran order, content). */
  override build(state: PyValue): boolean {
    if (!(state instanceof PyTuple)) return false
    const [, shape, dtype, , content] = state.items
    if (!(shape instanceof PyTuple) || !(dtype instanceof NumpyDtype)) return false
    this.shape = shape.items.map((size) => (typeof size === 'number' && size >= 0 ? size : fail()))
    this.dtype = dtype
    this.bytes = content instanceof Uint8Array ? content : undefined
    return true
  }
}

const array: Maker = () => new NumpyArray()

const scalar: Maker = ([dtype, content]) => {
  if (!(dtype instanceof NumpyDtype)) return fail()
  return content instanceof Uint8Array ? readScalar(dtype, content) : null
}

export const NUMPY_GLOBALS: Readonly<Record<string, Maker | null>> = {
  'numpy ndarray': null,
  'numpy dtype': ([code]) => (typeof code === 'string' ? new NumpyDtype(code) : fail()),
  'numpy.core.multiarray _reconstruct': array,
  'numpy._core.multiarray _reconstruct': array,
  'numpy.core.multiarray scalar': scalar,
  'numpy._core.multiarray scalar': scalar,
}

/** numpy's scalar as a number; null for kinds that have none (objects, structures). */
function readScalar({ code, order }: NumpyDtype, bytes: Uint8Array): PyValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = order !== '>'
  const size = Number(code.slice(1))
  if (bytes.byteLength !== size) return fail()
  switch (code) {
    case 'f8':
      return view.getFloat64(0, little)
    case 'f4':
      return view.getFloat32(0, little)
    case 'i8':
      return shrink(view.getBigInt64(0, little))
    case 'u8':
      return shrink(view.getBigUint64(0, little))
    case 'i4':
      return view.getInt32(0, little)
    case 'u4':
      return view.getUint32(0, little)
    case 'i2':
      return view.getInt16(0, little)
    case 'u2':
      return view.getUint16(0, little)
    case 'i1':
      return view.getInt8(0)
    case 'u1':
      return view.getUint8(0)
    case 'b1':
      return view.getUint8(0) !== 0
    default:
      return null
  }
}

/** An array's numbers in the order of the file; undefined for arrays of objects or of a kind without a counterpart. */
export function arrayValues({ dtype, bytes }: NumpyArray): (number | boolean)[] | undefined {
  if (dtype === undefined || bytes === undefined) return undefined
  const size = Number(dtype.code.slice(1))
  if (!(size > 0) || bytes.byteLength % size !== 0) return undefined
  const values: (number | boolean)[] = []
  for (let at = 0; at < bytes.byteLength; at += size) {
    const value = readScalar(dtype, bytes.subarray(at, at + size))
    if (typeof value === 'bigint') values.push(Number(value))
    else if (typeof value === 'number' || typeof value === 'boolean') values.push(value)
    else return undefined
  }
  return values
}

function shrink(value: bigint): PyValue {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

function fail(): never {
  throw new PickleError('a numpy value is made from arguments that it never has')
}
