import type { Module } from './module.js'

// Forward passes are synchronous, so one stack per process is one stack per running call.
const STACK: Module[] = []

/** Looks on while modules call each other. */
export interface CallObserver {
  /** Before `module` starts, or after it ended: whatever ran since the last call belongs to `running`, the innermost one until now. */
  onSwitch(running: Module | undefined): void
  onLeave(module: Module, result: unknown): void
}

let observer: CallObserver | undefined

/** Runs `run` with an observer of every module call in it. */
export function observeCalls<T>(observing: CallObserver, run: () => T): T {
  const before = observer
  observer = observing
  try {
    return run()
  } finally {
    observer = before
  }
}

/** What a module's result becomes for whoever called it. */
export type ResultChange = (module: Module, result: unknown) => unknown

let change: ResultChange | undefined

/** Runs `run` with results changed on the way: how a heat map gets hold of the features inside a model. */
export function changeResults<T>(changing: ResultChange, run: () => T): T {
  const before = change
  change = changing
  try {
    return run()
  } finally {
    change = before
  }
}

export function changedResult(module: Module, result: unknown): unknown {
  return change === undefined ? result : change(module, result)
}

export function enterModule(module: Module): void {
  observer?.onSwitch(STACK.at(-1))
  STACK.push(module)
}

/** @param result what it returned; undefined when it threw */
export function leaveModule(result?: unknown): void {
  observer?.onSwitch(STACK.at(-1))
  const module = STACK.pop()
  if (observer !== undefined && module !== undefined) observer.onLeave(module, result)
}

/** Dotted name of the module whose forward is running, `''` for the root and outside one. */
export function currentModulePath(): string {
  return STACK.at(-1)?.path ?? ''
}
