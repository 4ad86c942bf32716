import { Fault } from './fault.js'
import type { Interpreter } from './interpreter.js'
import { errorAt, type Source } from './source.js'

/** Runs something of the interpreter; a fault becomes an error at the place that was being evaluated. */
export function evaluateAt<T>(source: Source, interpreter: Interpreter, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof Fault) throw errorAt(source, interpreter.at, error)
    throw error
  }
}
