import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  cpSync,
  createReadStream,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addonFiles, NATIVE_FOLDERS } from './addonFiles.mjs'
import { sizesOf } from './stamp.mjs'

/**
 * Finished native parts, kept for the user: a folder an entry, laid out as in the package, with a manifest of sizes and hashes
 * that is written last.
 *
 * @typedef {{ version: string, sizes: Record<string, number>, sha256: Record<string, string> }} CacheManifest
 */

const MANIFEST = 'tessera-manifest.json'

/** The user's cache; where that cannot be written (a read-only home, as in some containers), one in the repository. @returns {string} */
export function cacheFolder() {
  const wanted = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tessera', 'native')
  try {
    mkdirSync(wanted, { recursive: true })
    accessSync(wanted, constants.W_OK)
    return wanted
  } catch {
    return fileURLToPath(new URL('../../.cache/tessera/native', import.meta.url))
  }
}

/** @param {string} name of an entry; it says everything the content depends on */
export function entryFolder(name) {
  return join(cacheFolder(), name)
}

/** A fresh folder beside the entries to build one in; what dead set-ups left is cleared. Call it with the cache locked. */
export function freshWorkFolder() {
  const cache = cacheFolder()
  mkdirSync(cache, { recursive: true })
  for (const name of readdirSync(cache)) if (name.endsWith('.partial')) rmSync(join(cache, name), { recursive: true, force: true })
  const work = join(cache, `${process.pid}.partial`)
  mkdirSync(work)
  return work
}

/** @param {string} entry @returns {CacheManifest | undefined} the manifest, if every file still has its size */
export function readEntry(entry) {
  try {
    /** @type {CacheManifest} */
    const manifest = JSON.parse(readFileSync(join(entry, MANIFEST), 'utf8'))
    const found = sizesOf(entry, Object.keys(manifest.sizes))
    return Object.entries(manifest.sizes).every(([file, size]) => found[file] === size) ? manifest : undefined
  } catch {
    return undefined
  }
}

/** Whether the content is still what was put in; 800 MB take seconds to hash, so only when something was broken. @param {string} entry @param {CacheManifest} manifest */
export async function entryIsIntact(entry, manifest) {
  for (const [file, expected] of Object.entries(manifest.sha256)) if ((await hashOf(join(entry, file))) !== expected) return false
  return true
}

/**
 * Makes an entry of the native part in `from`, in one rename.
 *
 * @param {string} from a folder laid out as the package
 * @param {string} entry
 * @param {string} version of TensorFlow
 */
export async function putEntry(from, entry, version) {
  const partial = `${entry}.partial`
  rmSync(partial, { recursive: true, force: true })
  placeFiles(from, partial)
  const files = addonFiles(partial)
  const real = files.filter((file) => !lstatSync(join(partial, file)).isSymbolicLink())
  /** @type {Record<string, string>} */
  const sha256 = {}
  for (const file of real) sha256[file] = await hashOf(join(partial, file))
  writeFileSync(join(partial, MANIFEST), `${JSON.stringify({ version, sizes: sizesOf(partial, files), sha256 }, null, 2)}\n`)
  rmSync(entry, { recursive: true, force: true })
  renameSync(partial, entry)
}

/**
 * Lays the native part of `from` into `to`, in place of what is there: hard links where the file system allows (a cleaned cache
 * then breaks nothing), else symbolic links to the cache, and copies as the last resort.
 *
 * @param {string} from
 * @param {string} to
 */
export function placeFiles(from, to) {
  for (const folder of NATIVE_FOLDERS) rmSync(join(to, folder), { recursive: true, force: true })
  for (const file of addonFiles(from)) {
    const source = join(from, file)
    const target = join(to, file)
    mkdirSync(dirname(target), { recursive: true })
    if (lstatSync(source).isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else linkOrCopy(source, target)
  }
}

/** @param {string} source @param {string} target */
function linkOrCopy(source, target) {
  for (const lay of [linkSync, symlinkSync]) {
    try {
      lay(source, target)
      return
    } catch {
      if (existsSync(target)) rmSync(target)
    }
  }
  cpSync(source, target)
}

/** @param {string} file @returns {Promise<string>} */
function hashOf(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256')
    createReadStream(file, { highWaterMark: 1 << 20 })
      .on('data', (chunk) => hash.update(chunk))
      .on('error', reject)
      .on('end', () => resolve(hash.digest('hex')))
  })
}
