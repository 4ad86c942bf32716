import { createHash } from 'node:crypto'
import { type Dirent, readdirSync } from 'node:fs'
import path from 'node:path'

export interface FoundRun {
  /** Of the folder's path: the same at every start. */
  readonly id: string
  readonly name: string
  readonly workDir: string
  /** `<work dir>/<timestamp>`, with `vis_data` in it. */
  readonly logDir: string
  /** The latest of its work dir. */
  readonly newest: boolean
}

/** Work dirs lie at most this deep below the folder that was named. */
const DEPTH = 4
const TIMESTAMP = /^\d{8}_\d{6}/

/** Every run (a folder named by its time, with `vis_data`) below the roots, by path. Links are not followed. */
export function findRuns(roots: readonly string[]): FoundRun[] {
  const found = roots.flatMap((root) => workDirs(root, DEPTH).map((workDir) => ({ root, workDir })))
  const named = new Map<string, FoundRun>()
  for (const { root, workDir } of found) {
    const stamps = runFolders(workDir)
    for (const stamp of stamps) {
      const logDir = path.join(workDir, stamp)
      const place = path
        .relative(roots.length > 1 ? path.dirname(root) : root, workDir)
        .split(path.sep)
        .join('/')
      const base = place === '' ? path.basename(workDir) : place
      named.set(logDir, {
        id: createHash('sha256').update(logDir).digest('hex').slice(0, 12),
        name: stamps.length > 1 ? `${base} · ${stamp}` : base,
        workDir,
        logDir,
        newest: stamp === stamps.at(-1),
      })
    }
  }
  return [...named.values()].sort((a, b) => (a.logDir < b.logDir ? -1 : 1))
}

function workDirs(folder: string, depth: number): string[] {
  if (runFolders(folder).length > 0) return [folder]
  if (depth === 0) return []
  return folders(folder)
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .flatMap(({ name }) => workDirs(path.join(folder, name), depth - 1))
}

function runFolders(workDir: string): string[] {
  return folders(workDir)
    .map(({ name }) => name)
    .filter((name) => TIMESTAMP.test(name) && folders(path.join(workDir, name)).some((inner) => inner.name === 'vis_data'))
    .sort()
}

function folders(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  } catch {
    return []
  }
}
