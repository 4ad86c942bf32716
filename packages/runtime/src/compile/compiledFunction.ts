import { currentBackend } from '../backend/useBackend.js'
import type { tf } from '../tf.js'
import { bytesOf } from './byteTensor.js'
import { flattenProducts } from './flattenProducts.js'
import { fuseBiases } from './fuseBiases.js'
import type { Graph } from './graph.js'
import { keepBfloat16 } from './keepBfloat16.js'
import { DT, type NativeInternals, nativeInternals } from './nativeInternals.js'
import { recompute } from './recompute.js'
import { type Recording, record, type StepResult } from './recorder.js'
import type { Session, SessionFacts } from './session.js'
import { shardRecording } from './shard/shardRecording.js'
import { turnWeights } from './turnWeights.js'

export interface RecordingFacts extends SessionFacts {
  /** Of the inputs, by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>
  /** Recordings that this function now has. */
  readonly recordings: number
  readonly milliseconds: number
  readonly graph: Graph
}

export interface CompileOptions {
  /** Names the module whose code runs, for errors and for the graph's nodes. */
  readonly where?: () => string
  /** Parts of the step that run side by side; default: those of the backend. */
  readonly shards?: number
  /** Called after each recording. */
  readonly recorded?: (facts: RecordingFacts) => void
}

type Inputs = Readonly<Record<string, tf.Tensor>>

interface Compiled<TMeta> {
  readonly recording: Recording<TMeta>
  readonly session: Session
}

/**
 * A step that is recorded once for each set of input shapes, and from then on runs as one TensorFlow graph, its variables inside.
 * Variables that the step reads or assigns are found by themselves; they stay ordinary variables for everybody else.
 * The step is synchronous, and what it does on the host besides is said through stepScalar, stepGuard and stepEffect.
 */
export class CompiledFunction<TMeta> {
  private readonly bySignature = new Map<string, Compiled<TMeta>[]>()

  private constructor(
    private readonly native: NativeInternals,
    private readonly load: (recording: Recording<TMeta>) => Session,
    private readonly exactLowSoftmax: () => boolean,
    private readonly step: (inputs: Inputs) => StepResult<TMeta>,
    private readonly options: CompileOptions,
  ) {}

  /** @returns undefined where steps cannot be compiled: on every backend but the native one */
  static async create<TMeta>(
    step: (inputs: Inputs) => StepResult<TMeta>,
    options: CompileOptions = {},
  ): Promise<CompiledFunction<TMeta> | undefined> {
    const native = nativeInternals()
    if (native === undefined) return undefined
    // What follows needs Node.js, which only the native backend is sure to run in.
    const { Session } = await import('./session.js')
    const { exactLowSoftmax } = await import('./exactLowSoftmax.js')
    const softmax = () => exactLowSoftmax(native.binding)
    return new CompiledFunction<TMeta>(native, (recording) => new Session(native, recording), softmax, step, options)
  }

  /**
   * @returns outputs that the caller disposes, and what the step said of them when it was recorded
   * @throws TesseraError NOT_RECORDABLE, before anything has changed; COMPILED_STEP
   */
  run(inputs: Inputs): StepResult<TMeta> {
    const names = Object.keys(inputs)
    const tensors = Object.values(inputs)
    const bytes = tensors.map((tensor) => bytesOf(this.native, tensor))
    const key = signature(names, tensors, bytes)
    const compiled = this.find(key) ?? this.compile(key, inputs, names, tensors)
    const { recording, session } = compiled
    const ids = tensors.flatMap((tensor, index) => bytes[index] ?? this.native.getInputTensorIds([tensor]))
    const made = recording.numbers.map(({ values }) => this.native.binding.createTensor([values.length], DT.float, values))
    try {
      return this.result(
        compiled,
        undoing(recording, () => session.run([...ids, ...made])),
      )
    } finally {
      for (const id of made) this.native.binding.deleteTensor(id)
      if (recording.once) session.dispose()
    }
  }

  /** Variables keep their values. */
  dispose(): void {
    for (const compiled of this.bySignature.values()) for (const { session } of compiled) session.dispose()
    this.bySignature.clear()
  }

  private find(key: string): Compiled<TMeta> | undefined {
    return this.bySignature.get(key)?.find(({ recording, session }) => session.isUsable && recording.host.replay())
  }

  private compile(key: string, inputs: Inputs, names: readonly string[], tensors: readonly tf.Tensor[]): Compiled<TMeta> {
    const { native, step, options, load } = this
    const startedAt = performance.now()
    const recorded = record(native, () => step(inputs), tensors, options.where ?? (() => ''))
    const { recording, session } = undoing(recorded, () => {
      const whole = turnWeights(keepBfloat16(fuseBiases(flattenProducts(recorded)), this.exactLowSoftmax))
      const recording = recompute(shardRecording(whole, options.shards ?? currentBackend()?.shards ?? 1))
      return { recording, session: load(recording) }
    })
    const compiled = { recording, session }
    const usable = (this.bySignature.get(key) ?? []).filter((other) => {
      if (!other.session.isUsable) other.session.dispose()
      return other.session.isUsable
    })
    this.bySignature.set(key, recording.once ? usable : [...usable, compiled])
    options.recorded?.({
      ...session.facts,
      shapes: Object.fromEntries(names.map((name, index) => [name, tensors[index]?.shape ?? []])),
      recordings: [...this.bySignature.values()].reduce((sum, list) => sum + list.length, 0),
      milliseconds: performance.now() - startedAt,
      graph: recording.graph,
    })
    return compiled
  }

  private result({ recording }: Compiled<TMeta>, outputs: ReturnType<Session['run']>): StepResult<TMeta> {
    if (recording.outputs.length === 0) {
      for (const { id } of outputs) this.native.binding.deleteTensor(id)
      return { outputs: [], meta: recording.meta }
    }
    return { outputs: outputs.map((info) => this.native.createOutputTensor(info)), meta: recording.meta }
  }
}

/** A step that fails has not happened, on the host either. */
function undoing<T>({ host }: Recording<unknown>, fn: () => T): T {
  try {
    return fn()
  } catch (error) {
    host.undo()
    throw error
  }
}

function signature(names: readonly string[], tensors: readonly tf.Tensor[], bytes: readonly (number | undefined)[]): string {
  let key = ''
  for (let index = 0; index < tensors.length; index++) {
    const kind = bytes[index] === undefined ? tensors[index]?.dtype : 'bytes'
    key += `${names[index]} ${kind} ${tensors[index]?.shape.join()};`
  }
  return key
}
