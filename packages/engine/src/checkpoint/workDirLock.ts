import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { notWritable } from '../run/workDir.js'
import { errorCode } from './errorCode.js'
import { currentProcess, isRunning, uniqueSuffix } from './processIdentity.js'

const LOCK = '.tessera-lock'
/** A lock of another machine, whose processes cannot be asked, counts as left behind after so long without a touch. */
const TOUCH_MS = 60_000
const STALE_MS = 5 * TOUCH_MS

const schema = v.object({ pid: v.number(), started: v.optional(v.number()), host: v.string() })
type Holder = v.InferOutput<typeof schema>

/**
 * Makes this process the only one that trains in a work dir. The lock file appears whole (it is linked into place); one that a dead
 * process left is moved away first, which only one of several can.
 * @returns what gives the work dir free
 * @throws TesseraError WORK_DIR naming the process that trains there
 */
export function lockWorkDir(workDir: string): () => void {
  const lock = path.join(workDir, LOCK)
  // Named as what leftovers.ts clears.
  const own = `${lock}.tmp-${uniqueSuffix()}`
  try {
    writeFileSync(own, JSON.stringify({ ...currentProcess(), host: hostname() }))
    while (!linked(own, lock)) {
      const holder = readHolder(lock)
      if (holder !== undefined && isHeld(holder, lock)) {
        throw new TesseraError('WORK_DIR', {
          what: `another run (process ${holder.pid} on ${holder.host}) trains in this work dir`,
          path: workDir,
          hint: `Wait for it, or choose another with --work-dir. If there is no such process, delete ${lock}.`,
        })
      }
      moveAway(lock)
    }
  } catch (cause) {
    throw cause instanceof TesseraError ? cause : notWritable(workDir, cause)
  } finally {
    forget(own)
  }
  const timer = setInterval(() => touch(lock), TOUCH_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
    forget(lock)
  }
}

/** What cannot be deleted names a process that will be gone: the next run clears it. */
function forget(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // As said.
  }
}

function linked(own: string, lock: string): boolean {
  try {
    linkSync(own, lock)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Undefined for a lock that went away meanwhile, or is none. */
function readHolder(lock: string): Holder | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(lock, 'utf8')))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

function isHeld(holder: Holder, lock: string): boolean {
  if (holder.host === hostname()) return isRunning({ pid: holder.pid, started: holder.started })
  try {
    return Date.now() - statSync(lock).mtimeMs < STALE_MS
  } catch {
    return false
  }
}

function moveAway(lock: string): void {
  const aside = path.join(path.dirname(lock), `trash-${LOCK}-${uniqueSuffix()}`)
  try {
    renameSync(lock, aside)
    rmSync(aside, { force: true })
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

function touch(lock: string): void {
  try {
    const now = new Date()
    utimesSync(lock, now, now)
  } catch {
    // Somebody deleted it; the run goes on.
  }
}
