import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './runCommand.mjs'

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, resolved?: string }} LockEntry
 * @typedef {{ packages?: Record<string, LockEntry> }} Lockfile
 */

/**
 * What the lock file asks for and node_modules does not have (or has in another version), as `name@version`.
 * `hidden` is npm's own record of what it installed, written as its last act: without it an installation is half done.
 * Optional packages are those of other platforms and may be absent.
 *
 * @param {Lockfile} lock
 * @param {Lockfile | undefined} hidden
 * @param {(path: string) => boolean} present whether a folder of node_modules holds a package
 * @returns {string[]}
 */
export function missingPackages(lock, hidden, present) {
  const installed = hidden?.packages ?? {}
  return Object.entries(lock.packages ?? {})
    .filter(([path]) => path.startsWith('node_modules/') || path.includes('/node_modules/'))
    .filter(([path, wanted]) => {
      const found = Object.hasOwn(installed, path) ? installed[path] : undefined
      if (!found) return !wanted.optional
      return found.version !== wanted.version || !present(path)
    })
    .map(([path, wanted]) => `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${wanted.version ?? 'workspace'}`)
}

/** @param {string} root @returns {string[]} */
export function missingFrom(root) {
  const lock = readJson(join(root, 'package-lock.json'))
  if (!lock) throw new Error('package-lock.json is missing or damaged: restore it with `git checkout package-lock.json`')
  return missingPackages(lock, readJson(join(root, 'node_modules/.package-lock.json')), (path) =>
    existsSync(join(root, path, 'package.json')),
  )
}

/**
 * Brings node_modules to what package-lock.json says. Throws with npm's own words when that fails.
 *
 * `npm install --no-save`, not `npm ci`: it takes the versions and hashes of the lock file just as well and leaves the file alone,
 * but it mends a tree in place (seconds, and the native backend stays), and it does not refuse a lock file from which npm dropped
 * the optional packages of other platforms, as it does on machines whose registry does not carry them.
 *
 * @param {string} root
 */
export async function installNodeModules(root) {
  const { code, output } = await runCommand('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root })
  if (code !== 0) throw new Error(`npm install failed (exit ${code}):\n${firstErrors(output)}`)
  const missing = missingFrom(root)
  if (missing.length > 0)
    throw new Error(`npm install ended well but did not bring ${missing.slice(0, 5).join(', ')}: rm -r node_modules, and try again`)
}

/** npm says what is wrong first and then, at length, how it can be called. @param {string} output */
function firstErrors(output) {
  const errors = output.split('\n').filter((line) => /^npm (error|ERR!) \S/.test(line))
  return (errors.length > 0 ? errors : output.trimEnd().split('\n')).slice(0, 8).join('\n')
}

/** @param {string} text @param {number} count */
export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

/** @param {string} path @returns {Lockfile | undefined} */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
