import { closeSync, fstatSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { openRegular } from './lineTail.js'

/** The file that the engine keeps in a work dir while it trains there. */
const LOCK = '.tessera-lock'
/** The engine touches it once a minute. */
const STALE_MS = 5 * 60_000

const schema = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), host: v.string() })

/** Whether a living process trains in a work dir. On another machine, the lock's age decides. */
export function isHeld(workDir: string, now: number): boolean {
  const descriptor = openRegular(path.join(workDir, LOCK))
  if (descriptor === undefined) return false
  try {
    const { mtimeMs, size } = fstatSync(descriptor)
    const holder = size > 4096 ? undefined : v.safeParse(schema, JSON.parse(readFileSync(descriptor, 'utf8')))
    if (holder === undefined || !holder.success) return false
    return holder.output.host === hostname() ? isAlive(holder.output.pid) : now - mtimeMs < STALE_MS
  } catch {
    return false
  } finally {
    closeSync(descriptor)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
