import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, entryFolder, entryIsIntact, freshWorkFolder, placeFiles, putEntry, readEntry } from './addonCache.mjs'
import { addonFiles, NATIVE_FOLDERS } from './addonFiles.mjs'
import { withLock } from './lock.mjs'
import { runPackageInstaller } from './packageInstaller.mjs'
import { readStamp, sizesOf, whyStampIsUntrue, writeStamp } from './stamp.mjs'
import { verifyAddon } from './verifyAddon.mjs'
import { buildAddonFromWheel } from './wheelAddon.mjs'
import { wheelFor } from './wheels.mjs'

// Goes up when what we build from a wheel changes, so that older entries of the cache are not taken for it.
const BUILD = 2

const RETRY_AFTER_MS = 24 * 3_600_000

/**
 * @typedef {{ ready: true, version: string, source: string } | { ready: false, why: string }} NativeState
 * @typedef {{ root: string, packageFolder: string, key: string, stampPath: string, say: (line: string) => void }} Site
 */

/**
 * Installs tfjs-node's native part when it is missing or broken: from the user's cache, by the package's own installer, or from
 * a pinned TensorFlow wheel. Milliseconds when nothing is to be done. A failure is remembered for a day (unless `retry`), so that
 * a machine where nothing works does not try again on every start.
 *
 * @param {{ root: string, say: (line: string) => void, retry?: boolean }} options
 * @returns {Promise<NativeState>}
 */
export async function ensureNative({ root, say, retry = false }) {
  const site = siteOf(root, say)
  const known = knownState(site, retry)
  if (known) return known
  const lock = join(cacheFolder(), 'lock')
  return withLock(
    lock,
    async () => knownState(site, retry) ?? (await install(site)),
    (holder) => say(`waiting for another set-up (${holder})`),
  )
}

/** @param {string} root @param {(line: string) => void} say @returns {Site} */
function siteOf(root, say) {
  const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node')
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  const key = `tfjs-node-${version}-${process.platform}-${process.arch}-build${BUILD}`
  return { root, packageFolder, key, stampPath: join(root, 'node_modules/.tessera/native.json'), say }
}

/** What the stamp says, if it is still true. @param {Site} site @param {boolean} retry @returns {NativeState | undefined} */
function knownState({ stampPath, key, packageFolder }, retry) {
  const stamp = readStamp(stampPath)
  if (!stamp) return undefined
  if ('failed' in stamp) {
    const fresh = stamp.key === key && Date.now() - stamp.at < RETRY_AFTER_MS
    return fresh && !retry ? { ready: false, why: stamp.failed } : undefined
  }
  if (whyStampIsUntrue(stamp, key, sizesOf(packageFolder, Object.keys(stamp.sizes)))) return undefined
  return { ready: true, version: stamp.version, source: stamp.source }
}

/** @param {Site} site @returns {Promise<NativeState>} */
async function install(site) {
  const broken = brokenStamp(site)
  if (broken) site.say(`the native backend must be renewed: ${broken}`)
  else if (addonFiles(site.packageFolder).length > 0) {
    const state = await finish(site, 'as found')
    if ('ready' in state) return state
    site.say(`the native backend does not load (${state.failed}), repairing it`)
  }
  /** @type {string[]} */
  const failures = []
  for (const attempt of [fromCache, fromPackage, fromWheel]) {
    removeNativePart(site)
    try {
      const state = await attempt(site, broken !== undefined)
      if (state && 'ready' in state) return state
      if (state) failures.push(state.failed)
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  removeNativePart(site)
  const why = failures.map((failure) => failure.split('\n').join(' ')).join('; ')
  writeStamp(site.stampPath, { key: site.key, failed: why, at: Date.now() })
  return { ready: false, why }
}

/** @typedef {{ ready: true, version: string, source: string } | { failed: string } | undefined} Attempt */

/** @param {Site} site @param {boolean} suspicious whether the files in use were damaged, and with them perhaps the cache they link to @returns {Promise<Attempt>} */
async function fromCache(site, suspicious) {
  for (const name of [`${site.key}-package`, wheelEntryName(site)]) {
    const entry = name === undefined ? undefined : entryFolder(name)
    const manifest = entry === undefined ? undefined : readEntry(entry)
    if (!entry || !manifest) continue
    if (!suspicious || (await entryIsIntact(entry, manifest))) {
      placeFiles(entry, site.packageFolder)
      const state = await finish(site, `cache ${name}`)
      if ('ready' in state) return state
    }
    rmSync(entry, { recursive: true, force: true })
  }
  return undefined
}

/** @param {Site} site @returns {Promise<Attempt>} */
async function fromPackage(site) {
  site.say("installing the native backend with the package's own installer")
  await runPackageInstaller(site.root, site.packageFolder)
  const state = await finish(site, "the package's own installer")
  if ('ready' in state) await putEntry(site.packageFolder, entryFolder(`${site.key}-package`), state.version)
  return state
}

/** @param {Site} site @returns {Promise<Attempt>} */
async function fromWheel(site) {
  const wheel = wheelFor(process.platform, process.arch)
  const name = wheelEntryName(site)
  if (!wheel || !name) return { failed: `no TensorFlow wheel is known for ${process.platform}-${process.arch}` }
  const work = freshWorkFolder()
  try {
    await buildAddonFromWheel({ packageFolder: site.packageFolder, work, wheel, say: site.say })
    await putEntry(work, entryFolder(name), wheel.version)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  placeFiles(entryFolder(name), site.packageFolder)
  return finish(site, `${wheel.package} ${wheel.version}`)
}

/** Loads what was laid, and stamps it if it computes. @param {Site} site @param {string} source @returns {Promise<{ ready: true, version: string, source: string } | { failed: string }>} */
async function finish(site, source) {
  const result = await verifyAddon(site.root)
  if ('broken' in result) return { failed: result.broken }
  const sizes = sizesOf(site.packageFolder, addonFiles(site.packageFolder))
  writeStamp(site.stampPath, { key: site.key, source, version: result.version, sizes })
  return { ready: true, version: result.version, source }
}

/** @param {Site} site @returns {string | undefined} */
function brokenStamp({ stampPath, key, packageFolder }) {
  const stamp = readStamp(stampPath)
  if (!stamp || 'failed' in stamp) return undefined
  return whyStampIsUntrue(stamp, key, sizesOf(packageFolder, Object.keys(stamp.sizes)))
}

/** @param {Site} site */
function removeNativePart({ packageFolder, stampPath }) {
  rmSync(stampPath, { force: true })
  for (const folder of [...NATIVE_FOLDERS, 'deps', 'build']) {
    if (existsSync(join(packageFolder, folder))) rmSync(join(packageFolder, folder), { recursive: true, force: true })
  }
}

/** @param {Site} site @returns {string | undefined} */
function wheelEntryName({ key }) {
  const wheel = wheelFor(process.platform, process.arch)
  return wheel && `${key}-${wheel.package}-${wheel.version}-${wheel.sha256.slice(0, 12)}`
}
