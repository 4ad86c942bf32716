import type { tf } from '../tf.js'
import { keepLazyData, LazyData } from './lazyData.js'
import { type Binding, dtypeNumber, engineInternals, type NativeInternals } from './nativeInternals.js'

/** Where a variable's value is when a session has it. */
export interface StateOwner {
  /** Gives every cell that it owns a handle to its value. */
  fetch(): void
}

let lastVersion = 0

/**
 * One variable whose value lives in a session between steps. To TensorFlow.js it stays an ordinary variable: its data is a stand-in that
 * fetches the value when it is asked for; an assignment from outside takes the place of the stand-in, and the next run notices.
 */
export class StateCell {
  readonly variable: tf.Variable
  /** Changes with each new value. */
  version = ++lastVersion
  /** The session that has the value; undefined while the variable's own data is it. */
  owner: StateOwner | undefined
  private dataId: object
  private standIn: StandIn | undefined
  private readonly native: NativeInternals

  private constructor(native: NativeInternals, variable: tf.Variable) {
    this.native = native
    this.variable = variable
    this.dataId = variable.dataId
    keepLazyData(native)
  }

  static of(native: NativeInternals, variable: tf.Variable): StateCell {
    const cell = CELLS.get(variable) ?? new StateCell(native, variable)
    CELLS.set(variable, cell)
    return cell
  }

  /** Notices an assignment from outside. */
  refresh(): void {
    if (this.variable.dataId === this.dataId) return
    this.dataId = this.variable.dataId
    this.version = ++lastVersion
    this.standIn = undefined
    this.owner = undefined
  }

  /** A tensor with the value, by its id in the addon's table. `temporary`: the caller deletes it. */
  handle(): { id: number; temporary: boolean } {
    const { binding, tensorMap } = this.native
    if (this.standIn !== undefined) return { id: this.standIn.id, temporary: false }
    const data = tensorMap.get(this.dataId)
    const { shape, dtype } = this.variable
    const number = dtypeNumber(dtype)
    if (isZeros(data.values)) return { id: fill(binding, shape, number), temporary: true }
    // Its memory may be a JavaScript array's, which TensorFlow must not keep: a session's own threads would free it.
    const [id = -1] = this.native.getInputTensorIds([this.variable])
    const type = { name: 'T', type: Number(binding['TF_ATTR_TYPE']), value: number }
    return { id: binding.executeOp('DeepCopy', [type], [id], 1)[0]?.id ?? -1, temporary: true }
  }

  /** Before a session writes a new value: those who share the stand-in (a clone) keep the old one. */
  beforeWrite(): void {
    const { standIn } = this
    if (standIn === undefined) return
    if (standIn.refCount > 1) {
      standIn.settle()
      this.standIn = undefined
    } else standIn.drop()
  }

  /** The session has a new value. */
  written(owner: StateOwner): void {
    this.version = ++lastVersion
    this.belongTo(owner)
  }

  /** The session has the value that the variable has: from now on it alone. */
  belongTo(owner: StateOwner): void {
    this.owner = owner
    if (this.standIn !== undefined) return
    const { native, variable } = this
    this.standIn = new StandIn(native, this, variable.shape, dtypeNumber(variable.dtype))
    this.dataId = {}
    native.tensorMap.set(this.dataId, this.standIn)
    const { shape, dtype } = variable
    const tensor = engineInternals().makeTensorFromTensorInfo({ dataId: this.dataId, shape, dtype })
    variable.assign(tensor)
    tensor.dispose()
  }

  /** What its owner fetched. @returns false when it does not need it */
  offer(owner: StateOwner, id: number): boolean {
    if (this.owner !== owner || this.standIn === undefined || this.standIn.isFetched) return false
    this.standIn.id = id
    return true
  }

  /** Takes the value from its session: it stays readable when that is gone. */
  settle(): void {
    if (!this.variable.isDisposed) this.standIn?.settle()
    this.standIn = undefined
    this.owner = undefined
  }
}

const CELLS = new WeakMap<tf.Variable, StateCell>()

/** Data of a tensor that a session holds. */
class StandIn extends LazyData {
  private cell: StateCell | undefined
  private fetched = -1

  constructor(
    private readonly native: NativeInternals,
    cell: StateCell,
    readonly shape: readonly number[],
    readonly dtype: number,
  ) {
    super()
    this.cell = cell
  }

  override get id(): number {
    if (this.fetched < 0) this.cell?.owner?.fetch()
    return this.fetched
  }

  override set id(id: number) {
    this.fetched = id
  }

  get isFetched(): boolean {
    return this.fetched >= 0
  }

  /** Forgets the fetched value, which is about to be old. */
  override drop(): void {
    if (this.fetched >= 0) this.native.binding.deleteTensor(this.fetched)
    this.fetched = -1
  }

  /** Becomes the data of an ordinary tensor. */
  settle(): void {
    void this.id
    this.cell = undefined
  }
}

/** Of a large state: by words, which takes a tenth of the time of numbers. */
function isZeros(values: unknown): boolean {
  if (!(values instanceof Float32Array)) return false
  const words = new Int32Array(values.buffer, values.byteOffset, values.length)
  for (let index = 0; index < words.length; index++) if (words[index] !== 0) return false
  return true
}

function fill(binding: Binding, shape: readonly number[], dtype: number): number {
  const sizes = binding.createTensor([shape.length], Number(binding['TF_INT32']), Int32Array.from(shape))
  const zero = binding.createTensor([], dtype, new Float32Array(1))
  const type = (name: string, value: unknown) => ({ name, type: Number(binding['TF_ATTR_TYPE']), value })
  const [filled] = binding.executeOp('Fill', [type('T', dtype), type('index_type', binding['TF_INT32'])], [sizes, zero], 1)
  binding.deleteTensor(sizes)
  binding.deleteTensor(zero)
  return filled?.id ?? -1
}
