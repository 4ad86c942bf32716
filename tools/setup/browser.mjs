import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * A Chromium on this machine: named by CHROMIUM, or found on the path.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findBrowser(env = process.env) {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const candidates =
    env['CHROMIUM'] === undefined ? folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))) : [env['CHROMIUM']]
  return candidates.find(isExecutable)
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Finds a browser for `npm run test:browser`; where there is none and we may, gets Debian's. */
function main() {
  if (findBrowser() !== undefined) return 0
  if (process.env['CHROMIUM'] === undefined && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    process.stderr.write('tessera: installing chromium\n')
    /** @type {import('node:child_process').SpawnSyncOptions} */
    const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update'], options)
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], options)
    if (findBrowser() !== undefined) return 0
  }
  process.stderr.write(
    'tessera: there is no Chromium here. Install one (Debian: apt-get install chromium), or name it with CHROMIUM=/path.\n',
  )
  return 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main()
