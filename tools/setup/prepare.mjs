import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from './lock.mjs'
import { ensureNative } from './native.mjs'
import { installNodeModules, missingFrom } from './nodeModules.mjs'

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..')

const OLDEST_NODE = [20, 19]

/**
 * Sets up whatever is missing: Node's version is checked, node_modules brought to the lock file, the native backend installed.
 * Says what it does as it does it, and nothing when there is nothing to do.
 *
 * @param {{ quiet?: boolean, retry?: boolean }} [options]
 */
export async function prepare({ quiet = false, retry = false } = {}) {
  const warn = (/** @type {string} */ line) => process.stderr.write(`tessera: ${line}\n`)
  const say = quiet ? () => undefined : warn
  mustBeRecentNode(process.versions.node)
  await prepareNodeModules(say)
  const wanted = process.env['TESSERA_BACKEND']
  if (wanted === 'wasm' || wanted === 'cpu') return
  const began = Date.now()
  const state = await ensureNative({ root: ROOT, say, retry })
  if (!state.ready) warn(noNative(state.why))
  else if (Date.now() - began > 1_000) say(`native backend ready: TensorFlow ${state.version} from ${state.source}`)
}

/** @param {(line: string) => void} say */
async function prepareNodeModules(say) {
  if (missingFrom(ROOT).length === 0) return
  await withLock(
    join(ROOT, '.cache/setup.lock'),
    async () => {
      const missing = missingFrom(ROOT)
      if (missing.length === 0) return
      say(`installing ${missing.length} packages: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}`)
      await installNodeModules(ROOT)
    },
    (holder) => say(`waiting for another set-up (${holder})`),
  )
}

/** @param {string} why */
export function noNative(why) {
  const reason = why.length > 300 ? `${why.slice(0, 299)}…` : why
  return (
    `no native backend, so WebAssembly computes, about ten times slower. Reason: ${reason}. ` +
    'Once that is mended: node tools/setup/setup.mjs --retry (it needs python3 with pip, make and g++)'
  )
}

/** @param {string} version */
export function mustBeRecentNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  throw new Error(`Node.js ${version} is too old: ${OLDEST_NODE.join('.')} or newer is needed`)
}

/**
 * Runs a command's main function: a failure is one message on stderr and exit code 1, with the stack only under --debug.
 *
 * @param {() => Promise<number>} main answers the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    const debug = process.argv.includes('--debug') && error instanceof Error
    process.stderr.write(`tessera: ${debug ? error.stack : error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
