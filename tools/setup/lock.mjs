import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'

const HEARTBEAT_MS = 2_000
const STALE_MS = 60_000

/**
 * Holds a lock file while `work` runs, so that two set-ups at once (two terminals, two clones with one cache) take turns.
 * The holder writes who it is and touches the file every two seconds; a lock of a process that died is taken over.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true })
  let waiting = false
  while (!claim(path)) {
    if (breakStale(path)) continue
    if (!waiting) onWait?.(holderOf(path))
    waiting = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const heartbeat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date())
    } catch {
      // Somebody deleted the lock (a cache cleaned by hand): the work goes on, it only ever renames finished files into place.
    }
  }, HEARTBEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(heartbeat)
    rmSync(path, { force: true })
  }
}

/** Writes the whole lock under another name and links it into place, so that nobody ever reads a half-written one. @param {string} path */
function claim(path) {
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, host: hostname() }))
  try {
    linkSync(mine, path)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Takes away a lock whose holder is gone. @param {string} path */
function breakStale(path) {
  try {
    const age = Date.now() - statSync(path).mtimeMs
    if (!isStale(readFileSync(path, 'utf8'), age, hostname(), isAlive)) return false
    // Renaming is the claim to break it: of several who see the same dead holder, one wins and the others find nothing.
    const broken = `${path}.broken-${process.pid}`
    renameSync(path, broken)
    rmSync(broken, { force: true })
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT'
  }
}

/**
 * @param {string} content what the lock file says
 * @param {number} ageMs since its last heartbeat
 * @param {string} host this machine
 * @param {(pid: number) => boolean} alive
 */
export function isStale(content, ageMs, host, alive) {
  if (ageMs > STALE_MS) return true
  const holder = parseHolder(content)
  return holder !== undefined && holder.host === host && !alive(holder.pid)
}

/** @param {string} content @returns {{ pid: number, host: string } | undefined} */
function parseHolder(content) {
  try {
    const { pid, host } = JSON.parse(content)
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined
  } catch {
    return undefined
  }
}

/** @param {string} path */
function holderOf(path) {
  try {
    return `process ${parseHolder(readFileSync(path, 'utf8'))?.pid ?? 'unknown'}`
  } catch {
    return 'another process'
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
