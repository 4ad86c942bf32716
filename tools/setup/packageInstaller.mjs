import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { lastLines } from './nodeModules.mjs'
import { runCommand } from './runCommand.mjs'

const REACH_MS = 8_000

/**
 * The install script of tfjs-node itself, which npm does not run here. Throws when it fails.
 *
 * @param {string} root
 * @param {string} packageFolder
 */
export async function runPackageInstaller(root, packageFolder) {
  const manifest = join(packageFolder, 'package.json')
  const before = readFileSync(manifest, 'utf8')
  await mustReach(JSON.parse(before).binary.host)
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}` }
  try {
    const { code, output } = await runCommand(process.execPath, ['scripts/install.js'], { cwd: packageFolder, env, timeoutMs: 1_200_000 })
    if (code !== 0) throw new Error(/Error: (.*)/.exec(output)?.[1] ?? lastLines(output, 3))
  } finally {
    // The script edits its own package.json and, when it fails, leaves it so.
    writeFileSync(manifest, before)
  }
}

/** The script has no time limit of its own: behind a firewall that drops packets it would wait for ever. @param {string} url */
async function mustReach(url) {
  const proxied = Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name) && process.env[name])
  if (proxied) return
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACH_MS) })
  } catch {
    throw new Error(`${new URL(url).host} cannot be reached`)
  }
}
