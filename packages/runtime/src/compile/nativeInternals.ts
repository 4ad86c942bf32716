import type { OpAttribute } from '../backend/nativeBackend.js'
import { tf } from '../tf.js'

/** What an op's output is, in the addon's numbers. `id` names the tensor in its table. */
export interface OutputInfo {
  readonly id: number
  readonly shape: number[]
  /** TensorFlow's DataType. */
  readonly dtype: number
}

/** The functions of tfjs-node's addon that we call or stand in for, and TensorFlow's numbers (`TF_FLOAT`, …). */
export interface Binding {
  readonly [constant: string]: unknown
  executeOp(op: string, attributes: readonly OpAttribute[], inputs: readonly number[], outputs: number): OutputInfo[]
  createTensor(shape: readonly number[], dtype: number, values: unknown): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  loadSavedModel(directory: string, tags: string): number
  deleteSavedModel(id: number): void
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): OutputInfo[]
}

/** What the backend keeps of a tensor's data: `values` until they are first used by an op, `id` from then on. */
export interface TensorData {
  readonly shape: readonly number[]
  readonly dtype: number
  values: unknown
  id: number
  refCount: number
}

interface DataTable {
  get(dataId: object): TensorData
  set(dataId: object, data: TensorData): void
  has(dataId: object): boolean
  delete(dataId: object): boolean
}

/** tfjs-node's backend as its own source has it. Everything here is public there, though not documented. */
export interface NativeInternals {
  binding: Binding
  readonly tensorMap: DataTable
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[]
  createOutputTensor(info: OutputInfo): tf.Tensor
  readSync(dataId: object): unknown
  disposeData(dataId: object, force?: boolean): boolean
}

/** The engine's parts that a recording stands in for. */
export interface EngineInternals {
  makeVariable(initialValue: tf.Tensor, trainable?: boolean, name?: string, dtype?: tf.DataType): tf.Variable
  makeTensorFromTensorInfo(info: { dataId: object; shape: readonly number[]; dtype: tf.DataType }): tf.Tensor
  readonly registeredVariables: Readonly<Record<string, tf.Variable>>
}

const FUNCTIONS = ['executeOp', 'createTensor', 'deleteTensor', 'tensorDataSync', 'loadSavedModel', 'deleteSavedModel', 'runSavedModel']

/** The active backend's internals, if it is the native one and has them all. */
export function nativeInternals(): NativeInternals | undefined {
  const backend: object = tf.backend()
  return hasInternals(backend) ? backend : undefined
}

function hasInternals(backend: object): backend is NativeInternals {
  if (!('binding' in backend) || !('tensorMap' in backend)) return false
  const { binding } = backend
  if (typeof binding !== 'object' || binding === null) return false
  const has = (object: object, name: string) => typeof Reflect.get(object, name) === 'function'
  return (
    FUNCTIONS.every((name) => has(binding, name)) &&
    ['getInputTensorIds', 'createOutputTensor', 'readSync', 'disposeData'].every((name) => has(backend, name))
  )
}

export function engineInternals(): EngineInternals {
  // Public methods of a class whose type tfjs does not export in full.
  return tf.engine() as unknown as EngineInternals
}

/** TensorFlow's DataType numbers: the same in its C API and in its graph files. */
export const DT = { float: 1, int32: 3, uint8: 4, string: 7, complex64: 8, int64: 9, bool: 10, bfloat16: 14 } as const

const NAMES: ReadonlyMap<number, tf.DataType> = new Map([
  [DT.float, 'float32'],
  [DT.int32, 'int32'],
  [DT.bool, 'bool'],
  [DT.complex64, 'complex64'],
  [DT.string, 'string'],
])

export function dtypeName(dtype: number): tf.DataType {
  return NAMES.get(dtype) ?? 'int32'
}

export function dtypeNumber(name: tf.DataType): number {
  for (const [number, known] of NAMES) if (known === name) return number
  throw new TypeError(`no such dtype: ${name}`)
}
