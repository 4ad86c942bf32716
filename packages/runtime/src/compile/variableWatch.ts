import { tf } from '../tf.js'
import { type Binding, dtypeNumber, engineInternals, type NativeInternals } from './nativeInternals.js'

export interface WatchedVariable {
  readonly variable: tf.Variable
  /** Its data's identity as the step begins. */
  readonly dataId: object
  /** That data, held so that it outlives an assignment. Undefined for a variable made from what the step computes. */
  readonly initial: tf.Tensor | undefined
}

/**
 * All variables there are, and those that a step makes, with the values that they begin with. Each gets data of its own:
 * two that share theirs (after `a.assign(b)`) could not be told apart by it.
 */
export class VariableWatch {
  private readonly list: WatchedVariable[] = []
  /** The addon itself, while a recording stands in for it. */
  private readonly binding: Binding

  /**
   * @param taken data that variables must not share
   * @param found called for each variable that begins with a value
   */
  constructor(
    private readonly native: NativeInternals,
    taken: ReadonlySet<object>,
    private readonly found: (watched: WatchedVariable) => void,
  ) {
    this.binding = native.binding
    const seen = new Set(taken)
    for (const variable of Object.values(engineInternals().registeredVariables)) {
      if (seen.has(variable.dataId) || native.tensorMap.get(variable.dataId).refCount > 1) separate(native, this.binding, variable)
      seen.add(variable.dataId)
      this.add(variable)
    }
  }

  /** Runs `fn` and sees the variables that it makes. */
  during<T>(fn: () => T): T {
    const engine = engineInternals()
    const make = engine.makeVariable
    engine.makeVariable = (initialValue, trainable, name, dtype) => {
      const symbolic = this.native.tensorMap.get(initialValue.dataId).id < -1
      const variable: tf.Variable = make.call(engine, initialValue, trainable, name, dtype)
      if (symbolic) this.list.push({ variable, dataId: {}, initial: undefined })
      else {
        separate(this.native, this.binding, variable)
        this.add(variable)
      }
      return variable
    }
    try {
      return fn()
    } finally {
      engine.makeVariable = make
    }
  }

  watched(): readonly WatchedVariable[] {
    return this.list
  }

  /** Gives every variable the value back that it began with. */
  restore(): void {
    for (const { variable, dataId, initial } of this.list) {
      if (variable.isDisposed) initial?.dispose()
      else if (initial === undefined) tf.tidy(() => variable.assign(tf.zeros(variable.shape, variable.dtype)))
      else {
        if (variable.dataId !== dataId) variable.assign(initial)
        initial.dispose()
      }
    }
  }

  private add(variable: tf.Variable): void {
    const { dataId, shape, dtype } = variable
    this.native.tensorMap.get(dataId).refCount++
    const initial = tf.keep(engineInternals().makeTensorFromTensorInfo({ dataId, shape, dtype }))
    const watched = { variable, dataId, initial }
    this.list.push(watched)
    this.found(watched)
  }
}

/** Gives a variable data of its own: what is still on the host by another name, what is not by the addon's Identity, which shares memory. */
function separate(native: NativeInternals, binding: Binding, variable: tf.Variable): void {
  const { values } = native.tensorMap.get(variable.dataId)
  const tensor = isTypedArray(values) ? tf.tensor(values, variable.shape, variable.dtype) : onDevice(native, binding, variable)
  variable.assign(tensor)
  tensor.dispose()
}

function onDevice(native: NativeInternals, binding: Binding, variable: tf.Variable): tf.Tensor {
  const type = { name: 'T', type: Number(binding['TF_ATTR_TYPE']), value: dtypeNumber(variable.dtype) }
  const [copy] = binding.executeOp('Identity', [type], native.getInputTensorIds([variable]), 1)
  if (copy === undefined) throw new TypeError('Identity gave nothing')
  return native.createOutputTensor(copy)
}

function isTypedArray(values: unknown): values is Float32Array | Int32Array | Uint8Array {
  return ArrayBuffer.isView(values) && !(values instanceof DataView)
}
