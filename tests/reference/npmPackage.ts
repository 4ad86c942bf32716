import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './pythonPackage.js'

/**
 * A folder in whose `node_modules` an npm package stands with what it depends on; downloaded once, no script of it run, and kept in
 * `.cache/reference`. For packages that are too large to come with every `npm install`.
 * @param requirement name and exact version: `onnxruntime-node@1.27.0`
 */
export function npmPackage(requirement: string): string {
  const folder = join(ROOT, '.cache/reference', requirement)
  if (existsSync(folder)) return folder
  mkdirSync(join(ROOT, '.cache/reference'), { recursive: true })
  const download = mkdtempSync(join(ROOT, '.cache/reference/download-'))
  try {
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', download, requirement]
    const { status, stderr, error } = spawnSync('npm', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`npm cannot install ${requirement}: ${error?.message ?? stderr}`)
    renameSync(download, folder)
  } finally {
    rmSync(download, { recursive: true, force: true })
  }
  return folder
}
