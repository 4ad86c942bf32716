import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/**
 * The folder of a Python package, as pip installs it without what it depends on; downloaded once, and kept in `.cache/reference`.
 * For suites named `*.reference.ts`, which `npm run test:reference` runs: they compare with the real packages, and need python3 with pip.
 * @param requirement name and exact version: `mmpretrain==1.2.0`
 */
export function pythonPackage(requirement: string): string {
  const folder = join(ROOT, '.cache/reference', requirement)
  if (existsSync(folder)) return folder
  mkdirSync(join(ROOT, '.cache/reference'), { recursive: true })
  const download = mkdtempSync(join(ROOT, '.cache/reference/download-'))
  try {
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--no-compile',
      '--target',
      download,
      requirement,
    ]
    const { status, stderr, error } = spawnSync('python3', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`python3 with pip cannot install ${requirement}: ${error?.message ?? stderr}`)
    renameSync(download, folder)
  } finally {
    rmSync(download, { recursive: true, force: true })
  }
  return folder
}
