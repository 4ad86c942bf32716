import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Logger, TesseraError } from '@tessera/core'
import { readCheckpoint, readManifest } from './readCheckpoint.js'

export const LAST_CHECKPOINT = 'last_checkpoint'

/** Folders that a run can go on from, in any order; `best_…` hold weights alone. */
export function resumableFolders(workDir: string): string[] {
  const hint = lastCheckpoint(workDir)
  const folders = [workDir, ...(hint === undefined ? [] : [path.dirname(hint)])]
  const found = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /(?:^|_)(?:epoch|iter)_\d+$/.test(name) && !name.startsWith('best_'))
        .map((name) => path.join(folder, name)),
    )
  return [...new Set([...(hint === undefined || !existsSync(hint) ? [] : [hint]), ...found].map((folder) => path.resolve(folder)))]
}

/**
 * The newest whole checkpoint of the run that `last_checkpoint` belongs to (of the run saved last, where the file says nothing): that
 * with the most iterations, for clocks go wrong. What is damaged is named and passed over.
 * @returns undefined when there is none, whole or damaged: the run starts fresh
 * @throws TesseraError CHECKPOINT_INVALID when every one is damaged: a fresh start would take hours' work for nothing, and write over it
 */
export function latestCheckpoint(workDir: string, logger: Logger): string | undefined {
  const damaged: string[] = []
  const passOver = (folder: string, note: string, error: unknown): void => {
    damaged.push(path.basename(folder))
    logger.warning(`passed over${note}: ${messageOf(error)}`)
  }
  const readable = resumableFolders(workDir).flatMap((folder) => {
    try {
      return [{ folder, meta: readManifest(folder).meta }]
    } catch (error) {
      passOver(folder, '', error)
      return []
    }
  })
  const hint = lastCheckpoint(workDir)
  const hinted = hint === undefined ? undefined : readable.find(({ folder }) => folder === path.resolve(hint))
  const newest = hinted ?? [...readable].sort((a, b) => b.meta.saved_at - a.meta.saved_at)[0]
  const ofRun = readable.filter(({ meta }) => meta.run_id === newest?.meta.run_id)
  for (const { folder } of ofRun.sort((a, b) => b.meta.iter - a.meta.iter || b.meta.saved_at - a.meta.saved_at)) {
    try {
      readCheckpoint(folder)
      return folder
    } catch (error) {
      passOver(folder, ', the one before is used', error)
    }
  }
  if (damaged.length === 0) return undefined
  throw new TesseraError('CHECKPOINT_INVALID', {
    what: 'no checkpoint is whole, so there is none to resume from',
    path: workDir,
    got: damaged,
    hint: 'A fresh start would write over them: move them away, or leave out resume.',
  })
}

/** What the `last_checkpoint` file points to. A folder that was moved or copied keeps the old path in it, so what stands beside the file comes first. */
function lastCheckpoint(workDir: string): string | undefined {
  const file = path.join(workDir, LAST_CHECKPOINT)
  if (!existsSync(file)) return undefined
  const written = readFileSync(file, 'utf8').trim()
  const beside = path.join(workDir, path.basename(written))
  return existsSync(beside) ? beside : written
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
