import { existsSync, readdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { MANIFEST } from './manifest.js'
import { isRunning, type ProcessIdentity } from './processIdentity.js'
import { readCheckpoint } from './readCheckpoint.js'

export interface Leftover {
  readonly name: string
  /** The checkpoint it was to become or was. */
  readonly target: string
  readonly kind: 'tmp' | 'trash'
  readonly owner: ProcessIdentity
}

/** Reads a leftover's name; undefined for anything else in the folder. */
export function parseLeftover(name: string): Leftover | undefined {
  const tmp = /^(.+)\.tmp-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(name)
  const trash = /^trash-(.+)-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(name)
  const [, target, pid, started] = tmp ?? trash ?? []
  if (target === undefined) return undefined
  // 0: the system does not say.
  const owner = { pid: Number(pid), started: Number(started) || undefined }
  return { name, target, kind: tmp === null ? 'trash' : 'tmp', owner }
}

/**
 * Clears what killed processes left in a folder of checkpoints and in the checkpoints. A save that was complete but for its last rename
 * is taken over; so is an old checkpoint that was moved aside and never replaced.
 */
export async function clearLeftovers(directory: string): Promise<void> {
  if (!existsSync(directory)) return
  const leftovers = leftoversIn(directory)
  // A finished new save is better than the old one it was to replace.
  for (const { name, target } of leftovers.sort((a, b) => a.kind.localeCompare(b.kind))) {
    const source = path.join(directory, name)
    const place = path.join(directory, target)
    if (!existsSync(place) && isComplete(source)) await rename(source, place)
    else await rm(source, { recursive: true, force: true })
  }
  const checkpoints = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const { name } of checkpoints.filter(({ name }) => existsSync(path.join(directory, name, MANIFEST)))) {
    const inside = path.join(directory, name)
    for (const leftover of leftoversIn(inside)) await rm(path.join(inside, leftover.name), { recursive: true, force: true })
  }
}

/** Those of processes that are gone. */
function leftoversIn(directory: string): Leftover[] {
  return readdirSync(directory)
    .flatMap((name) => parseLeftover(name) ?? [])
    .filter(({ owner }) => !isRunning(owner))
}

/** Every file: a power cut may keep the manifest and lose what it vouches for. */
function isComplete(directory: string): boolean {
  try {
    readCheckpoint(directory)
    return true
  } catch {
    return false
  }
}
