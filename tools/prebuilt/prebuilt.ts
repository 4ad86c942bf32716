import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileNameOf, packageEntries, sourceHash, sourceStamp } from './sources.js'

const ROOT = join(import.meta.dirname, '../..')
const DAY = 24 * 3600 * 1000
/** Built files that nobody has used for so long are taken away. */
const KEEP = 7 * DAY
const ATTEMPTS = 3
/** A file that is touched twice within a tick of the file system's clock shows the same time: one touched a moment ago is not known by it. */
const TICK = 2000
const HASH = /^[0-9a-f]{32}$/

/**
 * Has what is imported from now on take the house's packages as a few built JavaScript files instead of a thousand TypeScript ones, which takes
 * two seconds less. They are built when a byte of the sources differs from all that were built before, so they are never old; sources that
 * nobody has touched since are not read again. Where that fails (a folder that cannot be written, say) everything runs from the sources.
 * TESSERA_PREBUILT=0 turns it off.
 * @returns whether the built files are used
 */
export async function usePrebuilt(root = ROOT, cache = join(ROOT, 'node_modules/.cache/tessera-prebuilt')): Promise<boolean> {
  if (process.env['TESSERA_PREBUILT'] === '0') return false
  try {
    const entries = packageEntries(root)
    const folder = await prebuilt(root, entries, cache)
    if (folder === undefined) return false
    const urls = Object.fromEntries([...entries.keys()].map((name) => [name, pathToFileURL(join(folder, `${fileNameOf(name)}.mjs`)).href]))
    // Reading the maps takes a fifth of a second, for stacks that are not shown.
    process.setSourceMapsEnabled(process.argv.includes('--debug'))
    register('./hooks.mjs', { parentURL: import.meta.url, data: { urls, folder: `${pathToFileURL(folder).href}/` } })
    return true
  } catch (error) {
    if (process.env['TESSERA_DEBUG']) process.stderr.write(`prebuilt: runs from the sources: ${String(error)}\n`)
    return false
  }
}

/**
 * The folder of the files built from the sources as they are; undefined when these change all the time.
 * @param tick milliseconds for which sources that were touched are not known by their times
 */
export async function prebuilt(
  root: string,
  entries: ReadonlyMap<string, string>,
  cache: string,
  tick = TICK,
): Promise<string | undefined> {
  let hash = currentHash(root, cache, tick)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const folder = join(cache, hash)
    if (existsSync(folder)) {
      const now = new Date()
      utimesSync(folder, now, now)
      return folder
    }
    const made = `${folder}.${process.pid}`
    try {
      const { buildPackages } = await import('./build.js')
      await buildPackages(root, entries, made)
      // Somebody may have edited a source meanwhile: then it is not known what was built.
      const after = sourceHash(root)
      if (after === hash) {
        publish(made, folder)
        sweep(cache)
        return folder
      }
      hash = after
    } finally {
      rmSync(made, { recursive: true, force: true })
    }
  }
  return undefined
}

/** The sources' hash: as it was noted when they had the times and sizes that they have now, else of every byte. */
function currentHash(root: string, cache: string, tick: number): string {
  const startedAt = Date.now()
  const { stamp, touched } = sourceStamp(root)
  const note = join(cache, `${stamp}.hash`)
  if (existsSync(note)) {
    const noted = readFileSync(note, 'utf8')
    // Its folder may have been taken away, or the note cut short.
    if (HASH.test(noted) && existsSync(join(cache, noted))) return noted
  }
  const hash = sourceHash(root)
  if (startedAt - touched > tick && sourceStamp(root).stamp === stamp && existsSync(join(cache, hash))) writeFileSync(note, hash)
  return hash
}

/** A folder under its final name is whole. */
function publish(made: string, folder: string): void {
  try {
    renameSync(made, folder)
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error
  }
}

function sweep(cache: string): void {
  mkdirSync(cache, { recursive: true })
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name)
    const found = statSync(folder, { throwIfNoEntry: false })
    if (found !== undefined && Date.now() - found.mtimeMs > KEEP) rmSync(folder, { recursive: true, force: true })
  }
}
