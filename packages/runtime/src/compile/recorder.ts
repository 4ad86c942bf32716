import type { OpAttribute } from '../backend/nativeBackend.js'
import { type HostListener, type InPlaceUpdate, listenTo } from '../step/hostEvents.js'
import { HostRecord } from '../step/hostRecord.js'
import { tf } from '../tf.js'
import { type Attributes, graphAttributes } from './attributes.js'
import { bytesOf } from './byteTensor.js'
import { constantContent } from './constants.js'
import { Graph } from './graph.js'
import { InPlaceUpdates, type VariableNodes, variableType } from './inPlaceUpdates.js'
import { type Binding, DT, dtypeName, dtypeNumber, type NativeInternals, type OutputInfo } from './nativeInternals.js'
import { randomDraw, readBack, unsuitableOp, valueDependentShape } from './notRecordable.js'
import { currentPrecision, LOW_PRECISION_OPS } from './precision.js'
import { SHAPE_RULES, type ShapeAndType, sizeOf } from './shapeRules.js'
import { VariableWatch, type WatchedVariable } from './variableWatch.js'

/** Ops whose output has a shape that depends on values, or that draw at random from state of their own. */
const UNSUITABLE = new Set([
  'Where',
  'Unique',
  'UniqueV2',
  'Multinomial',
  'NonMaxSuppressionV3',
  'NonMaxSuppressionV4',
  'NonMaxSuppressionV5',
])
/** Results of constant ops up to this size stand in the graph as values; larger ones as the op that makes them. */
const CONSTANT_BYTES = 1 << 14

/** Ops that tfjs-node runs without their attribute `T`, by the input whose type it is. */
const INFERRED_TYPES: ReadonlyMap<string, number> = new Map([['ExpandDims', 0]])
/** The node that gives the step's scalars. */
const SCALARS = 'step_scalars'

interface Symbol extends ShapeAndType {
  /** The output's name in the graph. */
  readonly ref: string
}

export interface RecordedState {
  readonly variable: tf.Variable
  readonly handle: string
  /** Its value as the step begins; undefined when the step does not ask. */
  readonly read: string | undefined
  /** Its value as the step ends, where the step assigns one. */
  readonly next: string | undefined
  /** A matrix that the session holds transposed (see `turnWeights`). */
  readonly isTransposed?: boolean
}

export interface Recording<TMeta> {
  readonly graph: Graph
  readonly inputs: readonly string[]
  /** Fed after the inputs: what the step read on the host, as it read it now. */
  readonly numbers: readonly StepNumbers[]
  readonly host: HostRecord
  /** It made a variable out of what it computed: the next step, which finds the variable there, is another one. */
  readonly once: boolean
  readonly states: readonly RecordedState[]
  readonly outputs: readonly { readonly ref: string; readonly dtype: number }[]
  readonly meta: TMeta
}

export interface StepNumbers {
  readonly placeholder: string
  /** Replaced at each replay. */
  readonly values: Float32Array
}

export interface StepResult<TMeta> {
  readonly outputs: readonly tf.Tensor[]
  /** What the host knows of the outputs, handed back with each run. */
  readonly meta: TMeta
}

/**
 * Runs `step` once without computing anything, and notes what it would compute. The kernels of tfjs-node run as ever, but the addon's
 * functions below them are stood in for: an op gets ids that stand for outputs yet to come. What depends on constants alone is computed
 * as ever, so that what a step keeps for later (tables, statistics) is real. Afterwards all variables have the values that they began
 * with; what the step did on the host stays done.
 * @param where names the running module, for errors and for the names of nodes
 * @throws TesseraError NOT_RECORDABLE; then nothing has changed
 */
export function record<TMeta>(
  native: NativeInternals,
  step: (inputs: readonly tf.Tensor[]) => StepResult<TMeta>,
  inputs: readonly tf.Tensor[],
  where: () => string,
): Recording<TMeta> {
  const recorder = new Recorder(native, where)
  return recorder.run(step, inputs)
}

class Recorder implements HostListener {
  private readonly graph = new Graph()
  private readonly symbols = new Map<number, Symbol>()
  /** Ids of inputs and variables by the identity of their data. */
  private readonly bound = new Map<object, () => number>()
  /** Facts of real tensors that were seen. */
  private readonly facts = new Map<number, ShapeAndType>()
  private readonly constants = new Map<number, string>()
  private readonly casts = new Map<string, string>()
  private readonly host = new HostRecord()
  private readonly vectors: StepNumbers[] = []
  /** One table for all scalars; it gets its length when the step has ended. */
  private readonly scalars: number[] = []
  private readonly scalarTable = { values: new Float32Array() }
  private readonly reads = new Map<tf.Variable, VariableNodes>()
  /** Their data as the step begins. */
  private readonly initial = new Map<tf.Variable, object>()
  private readonly inPlaceUpdates: InPlaceUpdates
  private readonly real: Binding
  // −1 means "not uploaded yet" to the backend, and it never deletes negative ids.
  private nextId = -2
  private inGather = false

  constructor(
    private readonly native: NativeInternals,
    private readonly where: () => string,
  ) {
    this.real = native.binding
    this.inPlaceUpdates = new InPlaceUpdates(this.graph, {
      nodesOf: (variable) => this.nodesOf(variable),
      ref: (tensor) => this.refOfTensor(tensor),
      isUntouched: (variable) => this.initial.get(variable) === variable.dataId,
      tensor: (ref, like) => this.native.createOutputTensor(this.symbol(ref, { shape: like.shape, dtype: dtypeNumber(like.dtype) })),
    })
  }

  run<TMeta>(step: (inputs: readonly tf.Tensor[]) => StepResult<TMeta>, inputs: readonly tf.Tensor[]): Recording<TMeta> {
    const placeholders = inputs.map((tensor) => this.bindInput(tensor))
    const watch = new VariableWatch(this.native, new Set(inputs.map(({ dataId }) => dataId)), (watched) => this.bindVariable(watched))
    let finished = false
    const engine = tf.engine()
    engine.startScope('recording')
    try {
      const { outputs, meta } = this.standingIn(() => watch.during(() => listenTo(this, () => step(inputs))))
      this.inPlaceUpdates.readBeforeChanges()
      const recorded = {
        graph: this.graph,
        inputs: placeholders,
        outputs: outputs.map((tensor) => ({ ref: this.refOfData(tensor.dataId), dtype: dtypeNumber(tensor.dtype) })),
        states: watch.watched().flatMap((watched) => this.stateOf(watched)),
        numbers: [...this.scalarInput(), ...this.vectors],
        host: this.host,
        once: watch.watched().some(({ variable, initial }) => initial === undefined && !variable.isDisposed),
        meta,
      }
      finished = true
      return recorded
    } finally {
      engine.endScope()
      watch.restore()
      if (!finished) this.host.undo()
    }
  }

  scalar(read: () => number): tf.Scalar {
    const index = this.scalars.length
    this.scalars.push(read())
    this.host.numbers(() => {
      this.scalarTable.values[index] = read()
    })
    return this.native.createOutputTensor(this.symbol(`${SCALARS}:${index}`, { shape: [], dtype: DT.float })) as tf.Scalar
  }

  vector(read: () => readonly number[]): tf.Tensor1D {
    const values = Float32Array.from(read())
    const placeholder = this.graph.placeholder(DT.float, [values.length])
    this.vectors.push({ placeholder, values })
    this.host.numbers(() => values.set(read()))
    return this.native.createOutputTensor(this.symbol(placeholder, { shape: [values.length], dtype: DT.float })) as tf.Tensor1D
  }

  guard(read: () => unknown, now: unknown): void {
    this.host.guard(read, now)
  }

  effect(apply: () => void, undo: () => void): void {
    this.host.effect(apply, undo)
  }

  inPlace(update: InPlaceUpdate): void {
    this.inPlaceUpdates.add(update, this.where())
  }

  kept(tensor: tf.Tensor): tf.Tensor {
    if (currentPrecision() !== 'bfloat16' || tensor.dtype !== 'float32') return tensor
    const scope = this.where()
    const low = this.lowered(this.refOfTensor(tensor), scope)
    const ref = this.graph.cast(low, DT.bfloat16, DT.float, scope)
    return this.native.createOutputTensor(this.symbol(ref, { shape: tensor.shape, dtype: DT.float }))
  }

  /** Runs `fn` with everything replaced through which a step could leave the graph. */
  private standingIn<T>(fn: () => T): T {
    const { native, real } = this
    const { readSync, getInputTensorIds } = native
    const random = Math.random
    const gather = tf.getKernel('GatherV2', 'tensorflow')
    const gatherFunction = gather?.kernelFunc
    const instead: Partial<Binding> = {
      executeOp: (op: string, attributes: readonly OpAttribute[], ids: readonly number[], outputs: number) =>
        this.executeOp(op, attributes, ids, outputs),
      tensorDataSync: (id: number) => {
        if (id < 0) throw readBack(this.where())
        return real.tensorDataSync(id)
      },
      runSavedModel: () => {
        throw unsuitableOp('runSavedModel', this.where())
      },
    }
    // The addon's properties can be neither listed nor written: what stands in inherits from it.
    native.binding = Object.create(real, Object.getOwnPropertyDescriptors(instead))
    native.getInputTensorIds = (tensors) => tensors.map((tensor) => this.inputId(tensor, getInputTensorIds))
    native.readSync = (dataId) => {
      if (!this.bound.has(dataId) && native.tensorMap.get(dataId).id >= -1) return readSync.call(native, dataId)
      // Its kernel looks whether every index is in range; the op itself does so, too.
      if (this.inGather) return new Int32Array()
      throw readBack(this.where())
    }
    if (gather !== undefined && gatherFunction !== undefined) {
      gather.kernelFunc = (args) => {
        this.inGather = true
        try {
          return gatherFunction(args)
        } finally {
          this.inGather = false
        }
      }
    }
    Math.random = () => {
      throw randomDraw(this.where())
    }
    try {
      return fn()
    } finally {
      native.binding = real
      Object.assign(native, { readSync, getInputTensorIds })
      if (gather !== undefined && gatherFunction !== undefined) gather.kernelFunc = gatherFunction
      Math.random = random
    }
  }

  private bindInput(tensor: tf.Tensor): string {
    if (bytesOf(this.native, tensor) !== undefined) return this.bindBytes(tensor)
    const dtype = dtypeNumber(tensor.dtype)
    const ref = this.graph.placeholder(dtype, tensor.shape)
    const { id } = this.symbol(ref, { shape: tensor.shape, dtype })
    this.bound.set(tensor.dataId, () => id)
    return ref
  }

  private bindBytes(tensor: tf.Tensor): string {
    const ref = this.graph.placeholder(DT.uint8, tensor.shape)
    this.graph.values.set(ref, { shape: tensor.shape, dtype: DT.uint8 })
    const { id } = this.symbol(this.graph.cast(ref, DT.uint8, DT.float), { shape: tensor.shape, dtype: DT.float })
    this.bound.set(tensor.dataId, () => id)
    return ref
  }

  private bindVariable({ variable }: WatchedVariable): void {
    this.initial.set(variable, variable.dataId)
    let id: number | undefined
    this.bound.set(variable.dataId, () => {
      id ??= this.symbol(this.readOf(variable), { shape: variable.shape, dtype: dtypeNumber(variable.dtype) }).id
      return id
    })
  }

  private readOf(variable: tf.Variable): string {
    const nodes = this.nodesOf(variable)
    nodes.read ??= this.graph.add('ReadVariableOp', [nodes.handle], variableType(variable))
    return nodes.read
  }

  private nodesOf(variable: tf.Variable): VariableNodes {
    const known = this.reads.get(variable)
    if (known !== undefined) return known
    const handle = this.graph.add('VarHandleOp', [], {
      dtype: { type: dtypeNumber(variable.dtype) },
      shape: { shape: variable.shape },
      shared_name: { string: `state_${this.reads.size}` },
      container: { string: '' },
    })
    const nodes = { handle, read: undefined }
    this.reads.set(variable, nodes)
    return nodes
  }

  private stateOf({ variable, dataId }: WatchedVariable): RecordedState[] {
    if (variable.isDisposed) return []
    const assigned = variable.dataId !== dataId
    if (!assigned && !this.reads.has(variable)) return []
    const next = assigned ? this.refOfData(variable.dataId) : undefined
    const { handle, read } = this.nodesOf(variable)
    return [{ variable, handle, read, next }]
  }

  private scalarInput(): StepNumbers[] {
    const count = this.scalars.length
    if (count === 0) return []
    const placeholder = this.graph.placeholder(DT.float, [count])
    const attributes = { num: { int: count }, axis: { int: 0 }, T: { type: DT.float } }
    this.graph.nodes.push({ name: SCALARS, op: 'Unpack', inputs: [placeholder], attributes })
    this.scalarTable.values = Float32Array.from(this.scalars)
    return [{ placeholder, values: this.scalarTable.values }]
  }

  private inputId(tensor: tf.TensorInfo, upload: NativeInternals['getInputTensorIds']): number {
    // Int64Scalar of tfjs-node is no tensor.
    const dataId: object | undefined = tensor.dataId
    const found = dataId === undefined ? undefined : this.bound.get(dataId)
    if (found !== undefined) return found()
    const [id = -1] = upload.call(this.native, [tensor])
    if (id >= 0 && dataId !== undefined && !this.facts.has(id)) {
      this.facts.set(id, { shape: [...tensor.shape], dtype: dtypeNumber(tensor.dtype) })
    }
    return id
  }

  private executeOp(op: string, given: readonly OpAttribute[], ids: readonly number[], outputs: number): OutputInfo[] {
    if (UNSUITABLE.has(op)) throw unsuitableOp(op, this.where())
    const attributes = this.withInferred(op, graphAttributes(op, given, this.real), ids)
    if (ids.every((id) => id >= 0)) return this.constantOp(op, given, attributes, ids, outputs)
    const shapes = this.shapesOf(op, given, attributes, ids, outputs)
    const scope = this.where()
    const refs = ids.map((id) => this.ref(id))
    if (currentPrecision() === 'bfloat16' && LOW_PRECISION_OPS.has(op)) return [this.lowPrecision(op, refs, attributes, ids, shapes, scope)]
    const name = this.graph.add(op, refs, attributes, scope)
    return shapes.map((shape, index) => this.symbol(index === 0 ? name : `${name}:${index}`, shape))
  }

  /** The eager runtime infers types that an op's kernel leaves out; a graph does not. */
  private withInferred(op: string, attributes: Attributes, ids: readonly number[]): Attributes {
    const input = INFERRED_TYPES.get(op)
    return input === undefined || 'T' in attributes ? attributes : { ...attributes, T: { type: this.factsOf(ids[input] ?? 0).dtype } }
  }

  /** Operands go down to bfloat16, the result comes back up. */
  private lowPrecision(
    op: string,
    refs: readonly string[],
    attributes: Attributes,
    ids: readonly number[],
    [shape = { shape: [], dtype: DT.float }]: readonly ShapeAndType[],
    scope: string,
  ): OutputInfo {
    const down = refs.map((ref, index) => {
      if (this.factsOf(ids[index] ?? 0).dtype !== DT.float) return ref
      return this.lowered(ref, scope)
    })
    const product = this.graph.add(op, down, { ...attributes, T: { type: DT.bfloat16 } }, scope)
    this.graph.values.set(product, { shape: shape.shape, dtype: DT.bfloat16 })
    return this.symbol(this.graph.cast(product, DT.bfloat16, DT.float, scope), shape)
  }

  /** In bfloat16: cast once, however many ask. */
  private lowered(ref: string, scope: string): string {
    const known = this.casts.get(ref) ?? this.graph.cast(ref, DT.float, DT.bfloat16, scope)
    this.casts.set(ref, known)
    return known
  }

  /** What no input and no variable reaches is the same in every step. */
  private constantOp(
    op: string,
    given: readonly OpAttribute[],
    attributes: Attributes,
    ids: readonly number[],
    count: number,
  ): OutputInfo[] {
    const outputs = this.real.executeOp(op, given, ids, count)
    for (const { id, shape, dtype } of outputs) this.facts.set(id, { shape, dtype })
    if (outputs.some(({ shape }) => sizeOf(shape) * 4 > CONSTANT_BYTES)) {
      const name = this.graph.add(
        op,
        ids.map((id) => this.ref(id)),
        attributes,
        this.where(),
      )
      for (const [index, { id, shape, dtype }] of outputs.entries()) {
        const ref = index === 0 ? name : `${name}:${index}`
        this.constants.set(id, ref)
        this.graph.values.set(ref, { shape, dtype })
      }
    }
    return outputs
  }

  private shapesOf(
    op: string,
    given: readonly OpAttribute[],
    attributes: Attributes,
    ids: readonly number[],
    outputs: number,
  ): readonly ShapeAndType[] {
    const rule = SHAPE_RULES.get(op)
    const facts = (index: number) => this.factsOf(ids[index] ?? 0)
    if (rule === undefined) return this.shapesByRunning(op, given, ids, outputs)
    return rule(
      {
        op,
        attributes,
        count: ids.length,
        shape: (index) => facts(index).shape,
        dtype: (index) => facts(index).dtype,
        ints: (index) => {
          const id = ids[index] ?? 0
          if (id < 0) throw valueDependentShape(op, this.where())
          return Array.from(this.real.tensorDataSync(id))
        },
      },
      outputs,
    )
  }

  /** The op itself, on zeros. */
  private shapesByRunning(op: string, given: readonly OpAttribute[], ids: readonly number[], outputs: number): readonly ShapeAndType[] {
    const made: number[] = []
    const zeros = ids.map((id) => {
      if (id >= 0) return id
      const { shape, dtype } = this.factsOf(id)
      const size = sizeOf(shape)
      const values = dtype === DT.int32 ? new Int32Array(size) : dtype === DT.bool ? new Uint8Array(size) : new Float32Array(size)
      const zero = this.real.createTensor(shape, dtype, values)
      made.push(zero)
      return zero
    })
    try {
      const found = this.real.executeOp(op, given, zeros, outputs)
      for (const { id } of found) made.push(id)
      return found.map(({ shape, dtype }) => ({ shape, dtype }))
    } finally {
      for (const id of made) this.real.deleteTensor(id)
    }
  }

  private symbol(ref: string, { shape, dtype }: ShapeAndType): OutputInfo {
    const id = this.nextId--
    this.symbols.set(id, { ref, shape, dtype })
    this.graph.values.set(ref, { shape, dtype })
    return { id, shape: [...shape], dtype }
  }

  private factsOf(id: number): ShapeAndType {
    const found = id < 0 ? this.symbols.get(id) : this.facts.get(id)
    // An id of an earlier recording: its tensor was kept, though it never was computed.
    if (found === undefined) throw unsuitableOp('of a tensor kept from an earlier recording', this.where())
    return found
  }

  private refOfData(dataId: object): string {
    return this.refOfTensor({ dataId, ...this.shapeOfData(dataId) } as tf.TensorInfo)
  }

  private refOfTensor(tensor: tf.TensorInfo): string {
    return this.ref(this.inputId(tensor, this.native.getInputTensorIds))
  }

  private shapeOfData(dataId: object): { shape: number[]; dtype: tf.DataType } {
    const { shape, dtype } = this.native.tensorMap.get(dataId)
    return { shape: [...shape], dtype: dtypeName(dtype) }
  }

  private ref(id: number): string {
    if (id < 0) {
      const symbol = this.symbols.get(id)
      if (symbol === undefined) throw unsuitableOp('of a tensor kept from an earlier recording', this.where())
      return symbol.ref
    }
    const known = this.constants.get(id)
    if (known !== undefined) return known
    const { shape, dtype } = this.factsOf(id)
    const ref = this.graph.constant(dtype, shape, constantContent(this.real.tensorDataSync(id)))
    this.constants.set(id, ref)
    return ref
  }
}
