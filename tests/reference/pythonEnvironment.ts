import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './pythonPackage.js'

/**
 * A virtual environment with Python packages and all that they need, made once, and kept in `.cache/reference`.
 * @param name of its folder: change it with the requirements
 * @param requirements with exact versions: `tensorboard==2.21.0`
 * @returns the folder of its programs
 */
export function pythonEnvironment(name: string, requirements: readonly string[]): string {
  const folder = join(ROOT, '.cache/reference', name)
  const programs = join(folder, 'bin')
  // Programs name their interpreter by its path, so the environment is made where it stays; the mark says that all of it is there.
  const mark = join(folder, '.complete')
  if (existsSync(mark)) return programs
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  run('python3', ['-m', 'venv', folder])
  run(join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements])
  mkdirSync(`${mark}.new`)
  renameSync(`${mark}.new`, mark)
  return programs
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`)
}
