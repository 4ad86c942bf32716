import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Logger } from '@tessera/core'
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
 * The checkpoint saved last that is whole. Damaged ones are named and passed over.
 * @returns undefined when there is none: the run starts fresh
 */
export function latestCheckpoint(workDir: string, logger: Logger): string | undefined {
  const dated = resumableFolders(workDir).flatMap((folder) => {
    try {
      return [{ folder, savedAt: readManifest(folder).meta.saved_at }]
    } catch (error) {
      logger.warning(`passed over: ${messageOf(error)}`)
      return []
    }
  })
  for (const { folder } of dated.sort((a, b) => b.savedAt - a.savedAt)) {
    try {
      readCheckpoint(folder)
      return folder
    } catch (error) {
      logger.warning(`passed over, the one before is used: ${messageOf(error)}`)
    }
  }
  return undefined
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
