import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
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
  await must(
    runCommand(process.execPath, buildArguments(packageFolder), { cwd: work, env: buildEnvironment() }),
    'the addon cannot be built',
  )
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
function buildArguments(packageFolder) {
  const tool = createRequire(join(packageFolder, 'package.json')).resolve('@mapbox/node-pre-gyp/bin/node-pre-gyp')
  const headers = nodeHeaders()
  return [tool, 'install', '--build-from-source', ...(headers ? [`--nodedir=${headers}`] : [])]
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

/** node-pre-gyp looks for node-gyp in few places; npm always brings one along. @returns {NodeJS.ProcessEnv} */
function buildEnvironment() {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => resolve(folder, '..', 'lib/node_modules/npm'))
  const npm = [resolve(dirname(process.execPath), '../lib/node_modules/npm'), ...places]
  const tool = npm.map((folder) => join(folder, 'node_modules/node-gyp/bin/node-gyp.js')).find((path) => existsSync(path))
  return { ...process.env, ...(tool ? { npm_config_node_gyp: tool } : {}) }
}

/** @param {Promise<import('./runCommand.mjs').RunResult>} running @param {string} what */
async function must(running, what) {
  const { code, output } = await running
  if (code !== 0) throw new Error(`${what}:\n${lastLines(output, 12)}`)
}
