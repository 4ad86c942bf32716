import { BYTES_PER_ELEMENT, type Dtype, elementCount } from '../dtype.js'
import { KnownGlobals, type Maker, PYTHON_GLOBALS } from '../pickle/knownGlobals.js'
import { NUMPY_GLOBALS } from '../pickle/numpyGlobals.js'
import { PickleError } from '../pickle/pickleError.js'
import { PyGlobal, PyOpaque, PyTuple, type PyValue } from '../pickle/pyValue.js'

/** Bytes that stand outside the pickle. `dtype` undefined: untyped, or of a kind that has no counterpart here (named in `kind`). */
export class TorchStorage extends PyOpaque {
  constructor(
    readonly key: string,
    readonly kind: string,
    readonly dtype: Dtype | undefined,
    /** Elements; bytes for an untyped storage. */
    readonly count: number,
  ) {
    super()
  }

  get isUntyped(): boolean {
    return this.kind === 'UntypedStorage'
  }

  /** Undefined where an element's size is not known. */
  get byteLength(): number | undefined {
    if (this.isUntyped) return this.count
    return this.dtype === undefined ? undefined : this.count * BYTES_PER_ELEMENT[this.dtype]
  }
}

/** A view of a storage; offset and strides in elements. */
export class TorchTensor extends PyOpaque {
  constructor(
    readonly storage: TorchStorage,
    readonly dtype: Dtype,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[],
  ) {
    super()
  }
}

/** A tensor of a kind that cannot be read (quantized, sparse, a subclass): no error unless it is asked for. */
export class RefusedTensor extends PyOpaque {
  constructor(readonly reason: string) {
    super()
  }

  override build(): boolean {
    return true
  }
}

const STORAGES: Readonly<Record<string, Dtype | undefined>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
  UntypedStorage: undefined,
  ComplexFloatStorage: undefined,
  ComplexDoubleStorage: undefined,
  QInt8Storage: undefined,
  QUInt8Storage: undefined,
  QInt32Storage: undefined,
  QUInt4x2Storage: undefined,
  QUInt2x4Storage: undefined,
}

const DTYPES: Readonly<Record<string, Dtype | undefined>> = {
  float64: 'F64',
  double: 'F64',
  float32: 'F32',
  float: 'F32',
  float16: 'F16',
  half: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  long: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
}

const OTHER_DTYPES = ['uint16', 'uint32', 'uint64', 'complex64', 'complex128', 'qint8', 'quint8', 'qint32', 'float8_e4m3fn', 'float8_e5m2']

/** Builders of tensors that are known, and refused when the tensor is asked for. */
const REFUSED: Readonly<Record<string, string>> = {
  'torch._utils _rebuild_qtensor': 'a quantized tensor',
  'torch._utils _rebuild_sparse_tensor': 'a sparse tensor',
  'torch._utils _rebuild_sparse_csr_tensor': 'a sparse tensor',
  'torch._utils _rebuild_meta_tensor_no_storage': "a tensor of the 'meta' device, which has no values",
  'torch._utils _rebuild_wrapper_subclass': 'a subclass of Tensor',
  'torch._utils _rebuild_device_tensor_from_numpy': 'a tensor of a device with its own format',
  'torch._utils _rebuild_nested_tensor': 'a nested tensor',
  'torch._tensor _rebuild_from_type_v2': 'a subclass of Tensor',
  'torch._tensor _rebuild_from_type': 'a subclass of Tensor',
}

const tensorV2: Maker = ([storage, offset, size, stride]) => tensorOf(storage, offset, size, stride)
const tensorV3: Maker = ([storage, offset, size, stride, , , dtype]) => tensorOf(storage, offset, size, stride, dtype)
const parameter: Maker = ([data]) =>
  data instanceof TorchTensor || data instanceof RefusedTensor ? data : fail('a parameter of no tensor')

/** Every name that a PyTorch checkpoint's pickle may use for its tensors, and Python's containers; all others stay inert. */
export const TORCH_GLOBALS = new KnownGlobals(
  PYTHON_GLOBALS,
  NUMPY_GLOBALS,
  {
    'torch._utils _rebuild_tensor': tensorV2,
    'torch._utils _rebuild_tensor_v2': tensorV2,
    'torch._utils _rebuild_tensor_v3': tensorV3,
    'torch._utils _rebuild_parameter': parameter,
    'torch._utils _rebuild_parameter_with_state': parameter,
    'torch Size': ([sizes]) => (sizes instanceof PyTuple ? sizes : fail('torch.Size of no tuple')),
    'torch.storage UntypedStorage': null,
  },
  Object.fromEntries(Object.entries(REFUSED).map(([name, reason]) => [name, () => new RefusedTensor(reason)])),
  Object.fromEntries(Object.keys(STORAGES).map((name) => [`torch ${name}`, null])),
  Object.fromEntries([...Object.keys(DTYPES), ...OTHER_DTYPES].map((name) => [`torch ${name}`, null])),
)

/**
 * What a persistent id of a checkpoint says: ('storage', class, key, device, elements[, view]).
 * @throws PickleError for any other id
 */
export function storageOf(id: PyValue): TorchStorage {
  if (!(id instanceof PyTuple)) return fail('a persistent id that is no tuple')
  const [kind, type, key, , count, view] = id.items
  if (kind !== 'storage') return fail('a persistent id of something else than a storage')
  if (!(type instanceof PyGlobal) || !/^torch(\.storage)?$/.test(type.module) || !Object.hasOwn(STORAGES, type.name))
    return fail(`a storage of class ${type instanceof PyGlobal ? type.path : 'that is none'}`)
  if (typeof key !== 'string' || key === '' || key.length > 200) return fail('a storage whose key is no text')
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) return fail(`a storage of ${String(count)} elements`)
  if (view !== undefined && view !== null) return fail('a storage that is a view of another (a file of PyTorch 0.2)')
  return new TorchStorage(key, type.name, STORAGES[type.name], count)
}

function tensorOf(
  storage: PyValue | undefined,
  offset: PyValue | undefined,
  size: PyValue | undefined,
  stride: PyValue | undefined,
  asked?: PyValue,
) {
  if (!(storage instanceof TorchStorage)) return fail('a tensor without a storage')
  const shape = sizesOf(size, 'size')
  const strides = sizesOf(stride, 'stride')
  if (shape.length !== strides.length) return fail('a tensor with another number of sizes than strides')
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < 0) return fail('a tensor at a negative place')
  const dtype = asked === undefined ? storage.dtype : dtypeOf(asked)
  if (dtype === undefined) return new RefusedTensor(`a tensor of ${asked instanceof PyGlobal ? asked.path : storage.kind}`)
  if (asked !== undefined && !storage.isUntyped && storage.dtype !== dtype) return fail(`a tensor of ${dtype} in a ${storage.kind}`)
  if (asked === undefined && storage.isUntyped) return fail('a tensor without a dtype')
  const last = lastElement(shape, strides, offset)
  const available = (storage.byteLength ?? 0) / BYTES_PER_ELEMENT[dtype]
  if (last === undefined || last >= available)
    return fail(`a tensor [${shape.join(', ')}] with strides [${strides.join(', ')}] at ${offset}, beyond its storage of ${available}`)
  return new TorchTensor(storage, dtype, offset, shape, strides)
}

/** Place of a view's last element; -1 for an empty one, undefined where the numbers leave the exact integers. */
function lastElement(shape: readonly number[], stride: readonly number[], offset: number): number | undefined {
  const count = elementCount(shape)
  if (count === undefined) return undefined
  if (count === 0) return -1
  let last = offset
  for (const [axis, size] of shape.entries()) last += (size - 1) * (stride[axis] ?? 0)
  return Number.isSafeInteger(last) ? last : undefined
}

function sizesOf(value: PyValue | undefined, what: string): readonly number[] {
  if (!(value instanceof PyTuple)) return fail(`a tensor whose ${what} is no tuple`)
  return value.items.map((size) =>
    typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
      ? size
      : fail(`a tensor with a ${what} of ${String(size).slice(0, 40)}`),
  )
}

function dtypeOf(value: PyValue): Dtype | undefined {
  if (!(value instanceof PyGlobal) || value.module !== 'torch') return fail('a tensor whose dtype is none')
  return Object.hasOwn(DTYPES, value.name) ? DTYPES[value.name] : undefined
}

function fail(what: string): never {
  throw new PickleError(what)
}
