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
 * Brings node_modules to what package-lock.json says, by `npm ci`. Throws with npm's last lines when that fails.
 *
 * @param {string} root
 */
export async function installNodeModules(root) {
  const { code, output } = await runCommand('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root })
  if (code !== 0) throw new Error(`npm ci failed (exit ${code}):\n${lastLines(output, 15)}`)
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
