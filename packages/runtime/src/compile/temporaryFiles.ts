import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What names folders of ours: what is in them, the process that made them, a number. */
const NAME = /^tessera-(?:graph|profile|smoke|images)-(\d+)-\d+$/
let made = 0
let swept = false

/** Writes a SavedModel where TensorFlow can load it, and takes it away again, whatever `load` does. */
export function withSavedModel<T>(bytes: Uint8Array, load: (directory: string) => T): T {
  const directory = temporaryFolder('graph')
  try {
    writeFileSync(join(directory, 'saved_model.pb'), bytes)
    return load(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A new folder in the system's place for temporary files. Who makes it takes it away; if it is killed before, the next process does. */
export function temporaryFolder(kind: 'graph' | 'profile' | 'smoke' | 'images'): string {
  sweep()
  const directory = join(tmpdir(), `tessera-${kind}-${process.pid}-${made++}`)
  // One of that name was left by a process long gone that had our number.
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  return directory
}

/** Takes away what processes left that were killed. Once a process. */
function sweep(): void {
  if (swept) return
  swept = true
  for (const name of leftovers(readdirSync(tmpdir()), isRunning)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}

/** Of these file names, those of our folders whose process is gone. */
export function leftovers(names: readonly string[], running: (pid: number) => boolean): string[] {
  return names.filter((name) => {
    const pid = Number(NAME.exec(name)?.[1])
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
