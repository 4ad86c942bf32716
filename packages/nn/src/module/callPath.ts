import type { Module } from './module.js'

// Forward passes are synchronous, so one stack per process is one stack per running call.
const STACK: Module[] = []

export function enterModule(module: Module): void {
  STACK.push(module)
}

export function leaveModule(): void {
  STACK.pop()
}

/** Dotted name of the module whose forward is running, `''` for the root and outside one. */
export function currentModulePath(): string {
  return STACK.at(-1)?.path ?? ''
}
