import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { currentBackend } from '@tessera/runtime'
import type { GitState } from './gitState.js'
import { VERSION } from './version.js'

/** On what a run runs: name → value, in the order to be shown. */
export function environmentOf(): Record<string, string> {
  const [cpu] = cpus()
  const backend = currentBackend()
  return {
    tessera: VERSION,
    backend:
      backend === undefined
        ? 'none'
        : `${backend.name} (${backend.version}), ${backend.threads} thread${backend.threads === 1 ? '' : 's'}${backend.simd ? ', SIMD' : ''}`,
    'Node.js': process.version,
    system: `${type()} ${release()} (${arch()})`,
    processor: cpu === undefined ? 'unknown' : `${cpu.model.trim()}, ${availableParallelism()} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    command: process.argv.slice(1).join(' '),
  }
}

export function gitText(git: GitState | undefined): string {
  return git === undefined ? 'no repository' : `${git.commit.slice(0, 12)}${git.dirty ? ', with changes' : ''}`
}
