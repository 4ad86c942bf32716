import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Which code ran, as far as git knows. */
export interface GitState {
  readonly commit: string
  /** Whether files differed from that commit. */
  readonly dirty: boolean
}

const run = promisify(execFile)

/** The git state of a folder; undefined outside a repository or without git. */
export async function gitState(directory: string): Promise<GitState | undefined> {
  try {
    const options = { cwd: directory, timeout: 5000, maxBuffer: 2 ** 24 }
    const [head, status] = await Promise.all([
      run('git', ['rev-parse', 'HEAD'], options),
      run('git', ['--no-optional-locks', 'status', '--porcelain', '--untracked-files=no'], options),
    ])
    return { commit: head.stdout.trim(), dirty: status.stdout.trim() !== '' }
  } catch {
    return undefined
  }
}
