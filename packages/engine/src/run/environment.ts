import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { BackendInfo } from '@tessera/runtime'
import type { GitState } from './gitState.js'
import { VERSION } from './version.js'

/** On what a run ran: name → value, in the order to be shown. */
export function environmentOf(backend: BackendInfo, git: GitState | undefined): Record<string, string> {
  const [cpu] = cpus()
  return {
    tessera: VERSION,
    backend: `${backend.name} (${backend.version}), ${backend.threads} thread${backend.threads === 1 ? '' : 's'}${backend.simd ? ', SIMD' : ''}`,
    'Node.js': process.version,
    system: `${type()} ${release()} (${arch()})`,
    processor: cpu === undefined ? 'unknown' : `${cpu.model.trim()}, ${availableParallelism()} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    git: git === undefined ? 'no repository' : `${git.commit.slice(0, 12)}${git.dirty ? ', with changes' : ''}`,
    command: process.argv.slice(1).join(' '),
  }
}
