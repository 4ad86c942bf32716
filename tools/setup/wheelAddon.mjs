import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLines } from './nodeModules.mjs'
import { runCommand } from './runCommand.mjs'
import { downloadArguments, requirementOf } from './wheels.mjs'

const UNPACK = `
import sys, zipfile
wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    wanted = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
    headers = tuple('tensorflow/include/%s/' % part for part in ('tensorflow', 'xla', 'tsl'))
    for name in archive.namelist():
        if name in wanted or name.startswith(headers):
            archive.extract(name, folder)
`

/**
 * Builds the addon against the library of a pinned wheel, all inside `work`, and leaves there `deps/lib` and `lib` as the
 * package wants them. Throws with the reason when a step fails.
 *
 * @param {{ packageFolder: string, work: string, wheel: import('./wheels.mjs').Wheel, say: (line: string) => void }} options
 */
export async function buildAddonFromWheel({ packageFolder, work, wheel, say }) {
  say(`fetching TensorFlow ${wheel.version} (270 MB, once for this user)`)
  const file = await downloadWheel(work, wheel)
  say('unpacking and building the addon (half a minute)')
  await must(runCommand('python3', ['-c', UNPACK, file, work]), 'the wheel cannot be unpacked')
  rmSync(file)
  layLibraries(work)
  for (const part of ['binding', 'binding.gyp', 'package.json']) cpSync(join(packageFolder, part), join(work, part), { recursive: true })
  const { preGyp, gyp, headers } = buildTools(packageFolder)
  const env = { ...process.env, npm_config_node_gyp: gyp }
  await must(
    runCommand(process.execPath, [preGyp, 'install', '--build-from-source', ...headers], { cwd: work, env }),
    'the addon cannot be built',
  )
  await buildQuiet(work, [gyp, 'rebuild', ...headers])
}

/** The small addon that keeps stderr clean while the library loads; it lies beside the addon itself. @param {string} work @param {string[]} command */
async function buildQuiet(work, command) {
  const folder = join(work, 'quiet')
  cpSync(fileURLToPath(new URL('quiet', import.meta.url)), folder, { recursive: true })
  await must(runCommand(process.execPath, command, { cwd: folder }), 'the quiet addon cannot be built')
  for (const napi of readdirSync(join(work, 'lib'))) {
    cpSync(join(folder, 'build/Release/tessera_quiet.node'), join(work, 'lib', napi, 'tessera_quiet.node'))
  }
}

/** @param {string} work @param {import('./wheels.mjs').Wheel} wheel @returns {Promise<string>} */
async function downloadWheel(work, wheel) {
  const folder = join(work, 'wheel')
  mkdirSync(folder, { recursive: true })
  const requirements = join(work, 'requirements.txt')
  writeFileSync(requirements, requirementOf(wheel))
  await must(runCommand('python3', downloadArguments(wheel, requirements, folder), { timeoutMs: 1_800_000 }), 'the wheel cannot be fetched')
  const name = readdirSync(folder).find((entry) => entry.endsWith('.whl'))
  if (!name) throw new Error('the wheel cannot be fetched: pip left no file')
  return join(folder, name)
}

/** The names that the package's build and the addon's loader look for. @param {string} work */
function layLibraries(work) {
  const library = join(work, 'deps/lib')
  mkdirSync(library, { recursive: true })
  renameSync(join(work, 'tensorflow/libtensorflow_cc.so.2'), join(library, 'libtensorflow.so.2'))
  renameSync(join(work, 'tensorflow/libtensorflow_framework.so.2'), join(library, 'libtensorflow_framework.so.2'))
  renameSync(join(work, 'tensorflow/include'), join(work, 'deps/include'))
  for (const name of ['libtensorflow.so', 'libtensorflow_cc.so.2']) symlinkSync('libtensorflow.so.2', join(library, name))
  symlinkSync('libtensorflow_framework.so.2', join(library, 'libtensorflow_framework.so'))
}

/** @param {string} packageFolder */
function buildTools(packageFolder) {
  const preGyp = createRequire(join(packageFolder, 'package.json')).resolve('@mapbox/node-pre-gyp/bin/node-pre-gyp')
  const folder = nodeHeaders()
  return { preGyp, gyp: findNodeGyp(), headers: folder ? [`--nodedir=${folder}`] : [] }
}

/** Node's own headers, when they were installed with it, save a download that not every machine can make. @returns {string | undefined} */
function nodeHeaders() {
  const prefix = resolve(dirname(process.execPath), '..')
  try {
    const text = readFileSync(join(prefix, 'include/node/node_version.h'), 'utf8')
    return text.includes(`#define NODE_MAJOR_VERSION ${process.versions.node.split('.')[0]}\n`) ? prefix : undefined
  } catch {
    return undefined
  }
}

/** npm always brings node-gyp along, but where npm itself lies differs. @returns {string} */
function findNodeGyp() {
  const named = process.env['npm_config_node_gyp']
  const folders = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)]
  const tools = folders.map((folder) => resolve(folder, '../lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js'))
  const found = [...(named ? [named] : []), ...tools].find((path) => existsSync(path))
  if (!found) throw new Error('node-gyp, which comes with npm, is not found')
  return found
}

/** @param {Promise<import('./runCommand.mjs').RunResult>} running @param {string} what */
async function must(running, what) {
  const { code, output } = await running
  if (code !== 0) throw new Error(`${what}:\n${lastLines(output, 12)}`)
}
