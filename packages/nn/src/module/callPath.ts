// Forward passes are synchronous, so one stack per process is one stack per running call.
const STACK: string[] = []

export function enterModule(name: string): void {
  STACK.push(name)
}

export function leaveModule(): void {
  STACK.pop()
}

/** Dotted name of the module whose forward is running, `''` outside one. */
export function currentModulePath(): string {
  return STACK.filter((name) => name !== '').join('.')
}
