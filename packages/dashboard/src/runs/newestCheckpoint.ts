import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** `epoch_3`, `iter_200` (ours: folders), `epoch_3.pth` (MMEngine's) */
const CHECKPOINT = /^(?:epoch|iter)_\d+(?:\.pth)?$/

/** The newest checkpoint of a work dir, by when it was written: a run may be continued with other counters. */
export function newestCheckpoint(workDir: string): string | undefined {
  let newest: { name: string; at: number } | undefined
  for (const name of names(workDir)) {
    if (!CHECKPOINT.test(name)) continue
    const at = statSync(path.join(workDir, name), { throwIfNoEntry: false })?.mtimeMs
    if (at !== undefined && (newest === undefined || at > newest.at)) newest = { name, at }
  }
  return newest?.name
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
