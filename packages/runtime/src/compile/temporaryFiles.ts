import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'tessera-graph-'
let made = 0
let swept = false

/** Writes a SavedModel where TensorFlow can load it, and takes it away again, whatever `load` does. */
export function withSavedModel<T>(bytes: Uint8Array, load: (directory: string) => T): T {
  sweep()
  const directory = join(tmpdir(), `${PREFIX}${process.pid}-${made++}`)
  try {
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'saved_model.pb'), bytes)
    return load(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Takes away what processes left that were killed while they loaded. Once a process. */
function sweep(): void {
  if (swept) return
  swept = true
  for (const name of leftovers(readdirSync(tmpdir()), isRunning)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}

/** Of these file names, those of graphs whose process is gone. */
export function leftovers(names: readonly string[], running: (pid: number) => boolean): string[] {
  return names.filter((name) => {
    const pid = name.startsWith(PREFIX) ? Number(/^(\d+)-\d+$/.exec(name.slice(PREFIX.length))?.[1]) : Number.NaN
    return Number.isSafeInteger(pid) && !running(pid)
  })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
