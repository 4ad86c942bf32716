import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The folders of the tfjs-node package that hold its native part; everything else is as npm laid it. */
export const NATIVE_FOLDERS = ['deps/lib', 'lib']

/**
 * The files of the native part, by path in the package, links included.
 *
 * @param {string} packageFolder
 * @returns {string[]}
 */
export function addonFiles(packageFolder) {
  return NATIVE_FOLDERS.flatMap((folder) => listFiles(join(packageFolder, folder)))
    .map((file) => relative(packageFolder, file))
    .sort()
}

/** @param {string} folder @returns {string[]} */
function listFiles(folder) {
  /** @type {import('node:fs').Dirent[]} */
  let entries
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
  return entries.flatMap((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
}
