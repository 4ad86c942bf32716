import { TesseraError } from '@tessera/core'
import type { OpAttribute } from '../backend/nativeBackend.js'
import { type Binding, nativeInternals } from './nativeInternals.js'

/** One op that ran by itself. */
export interface TimedOp {
  readonly op: string
  /** Module that ran it; '' in a backward pass. */
  readonly where: string
  /** Milliseconds since the first one, and how long it took. */
  readonly start: number
  readonly duration: number
}

/**
 * Runs `fn` op by op and times each op that TensorFlow's library computes.
 * @param where names the running module
 * @throws TesseraError BACKEND_UNAVAILABLE on another backend than the native one
 */
export async function timeOps(fn: () => Promise<unknown>, where: () => string): Promise<TimedOp[]> {
  const native = nativeInternals()
  if (native === undefined) throw new TesseraError('BACKEND_UNAVAILABLE', { what: 'ops can be timed on the native backend alone' })
  const real = native.binding
  const ops: TimedOp[] = []
  const began = performance.now()
  const timed: Partial<Binding> = {
    executeOp(op: string, attributes: readonly OpAttribute[], inputs: readonly number[], outputs: number) {
      const start = performance.now()
      const result = real.executeOp(op, attributes, inputs, outputs)
      ops.push({ op, where: where(), start: start - began, duration: performance.now() - start })
      return result
    },
  }
  native.binding = Object.create(real, Object.getOwnPropertyDescriptors(timed))
  try {
    await fn()
  } finally {
    native.binding = real
  }
  return ops
}
