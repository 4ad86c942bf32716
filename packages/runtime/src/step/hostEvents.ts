import { tf } from '../tf.js'

/** Who records the running step: it hears of all that the step does on the host. */
export interface HostListener {
  /** A scalar that is read and fed anew each run. */
  scalar(read: () => number): tf.Scalar
  vector(read: () => readonly number[]): tf.Tensor1D
  guard(read: () => unknown, now: unknown): void
  /** `apply` has been called. */
  effect(apply: () => void, undo: () => void): void
  /** An op that writes variables in place: from now on they have the values that it leaves. */
  inPlace(update: InPlaceUpdate): void
  /** See `keptForBackward`. */
  kept(tensor: tf.Tensor): tf.Tensor
}

/** One of TensorFlow's training ops (`ResourceApply…`): its resources come first among its inputs. */
export interface InPlaceUpdate {
  readonly op: string
  readonly variables: readonly tf.Variable[]
  readonly inputs: readonly tf.Tensor[]
  /** Its attributes besides `T` that are true or false. */
  readonly flags: Readonly<Record<string, boolean>>
  /** What the first variable is multiplied by before. */
  readonly scale?: tf.Tensor | undefined
}

let listener: HostListener | undefined

/** Whether the running code is being recorded: what it computes now is only noted. */
export function isRecording(): boolean {
  return listener !== undefined
}

/** Runs `fn` (synchronously) with a listener to what it does on the host. */
export function listenTo<T>(to: HostListener, fn: () => T): T {
  const outer = listener
  listener = to
  try {
    return fn()
  } finally {
    listener = outer
  }
}

/**
 * A number that changes from step to step (a learning rate, a bias correction), as a scalar tensor inside a step.
 * It is read through a function, not handed over as a value, because a recorded step feeds it anew each time it runs;
 * a plain `tf.scalar(x)` would be frozen into the graph.
 * @param read called once a step, on the host
 */
export function stepScalar(read: () => number): tf.Scalar {
  return listener?.scalar(read) ?? tf.scalar(read(), 'float32')
}

/**
 * Many numbers that change from step to step, as one tensor [n] inside a step: `stepScalar` for a whole table. One transfer instead
 * of n; a recorded step feeds it anew each time it runs.
 * @param read called once a step, on the host; always of the same length
 */
export function stepVector(read: () => readonly number[]): tf.Tensor1D {
  return listener?.vector(read) ?? tf.tensor1d([...read()], 'float32')
}

/**
 * A value on the host that decides what a step computes: whether an accumulation ends, whether weight decay is zero. A recorded
 * step runs only while all its guards read the same as when it was recorded; else another recording is made or taken.
 * @param read called at least once a step; free of side effects; its values are compared by `Object.is`
 */
export function stepGuard<T extends string | number | boolean | undefined>(read: () => T): T {
  const now = read()
  listener?.guard(read, now)
  return now
}

/**
 * A change of host state that belongs to a step (a counter). Done now, and again before each later run of the recording, in the order
 * in which the step reads its scalars.
 * @param undo takes one `apply` back: a step that turns out not to be recordable, or not to fit, has not happened
 */
export function stepEffect(apply: () => void, undo: () => void): void {
  apply()
  listener?.effect(apply, undo)
}

/**
 * Has one of TensorFlow's training ops write variables in place, where plain ops would pass over them a dozen times. Only while a step
 * is recorded (`isRecording`): everything else computes the same by plain ops.
 */
export function stepInPlace(update: InPlaceUpdate): void {
  if (listener === undefined) throw new TypeError(`${update.op} runs in recorded steps only`)
  listener.inPlace(update)
}

/**
 * A value as the backward pass should find it: under mixed precision a recorded step keeps it in bfloat16, rounded, in half the memory.
 * For what is multiplied with gradients that come as bfloat16 (the slope of an activation).
 */
export function keptForBackward(tensor: tf.Tensor): tf.Tensor {
  return listener?.kept(tensor) ?? tensor
}
