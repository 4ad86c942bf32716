import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * What a set-up that ended well (or gave up) left behind. `sizes` holds every file that the addon needs, by its path in the
 * package, links followed: a truncated library changes its size, a lost cache makes it missing.
 *
 * @typedef {{ key: string, source: string, version: string, sizes: Record<string, number> }} ReadyStamp
 * @typedef {{ key: string, failed: string, at: number }} FailedStamp
 * @typedef {ReadyStamp | FailedStamp} Stamp
 */

/** @param {string} path @returns {Stamp | undefined} */
export function readStamp(path) {
  try {
    const stamp = JSON.parse(readFileSync(path, 'utf8'))
    return typeof stamp?.key === 'string' && (typeof stamp.failed === 'string' || typeof stamp.sizes === 'object') ? stamp : undefined
  } catch {
    return undefined
  }
}

/** Written under another name and renamed: a kill leaves the old stamp or the new one, never half of one. @param {string} path @param {Stamp} stamp */
export function writeStamp(path, stamp) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(stamp, null, 2)}\n`)
  renameSync(`${path}.${process.pid}`, path)
}

/** @param {string} folder @param {readonly string[]} files @returns {Record<string, number>} sizes of the files that exist */
export function sizesOf(folder, files) {
  /** @type {Record<string, number>} */
  const sizes = {}
  for (const file of files) {
    const found = statSync(join(folder, file), { throwIfNoEntry: false })
    if (found?.isFile()) sizes[file] = found.size
  }
  return sizes
}

/**
 * The first thing that makes a stamp untrue, or undefined when everything is as it was.
 *
 * @param {ReadyStamp} stamp
 * @param {string} key what the stamp should have been made for
 * @param {Record<string, number>} found
 */
export function whyStampIsUntrue(stamp, key, found) {
  if (stamp.key !== key) return `it was made for ${stamp.key}`
  if (Object.keys(stamp.sizes).length === 0) return 'it lists no files'
  for (const [file, size] of Object.entries(stamp.sizes)) {
    if (!Object.hasOwn(found, file)) return `${file} is missing`
    if (found[file] !== size) return `${file} has ${found[file]} bytes instead of ${size}`
  }
  return undefined
}
