import type { RunList } from '../api.js'
import { findRuns } from './findRuns.js'
import { RunReader } from './runReader.js'

/** Reading stops after this long, so that an answer is not kept waiting; the rest is read for the next one. */
const READ_MS = 250
/** Folders are looked through again no more often. */
const FIND_MS = 3000

/** Every run below the roots, kept up to date when asked. */
export class RunStore {
  private readonly readers = new Map<string, RunReader>()
  private foundAt = Number.NEGATIVE_INFINITY
  private listVersion = 0
  private seen = ''
  private busy: Promise<void> | undefined

  constructor(private readonly roots: readonly string[]) {}

  /** Takes in what changed; several askers share one look. */
  refresh(): Promise<void> {
    this.busy ??= this.look().finally(() => {
      this.busy = undefined
    })
    return this.busy
  }

  list(): RunList {
    const now = Date.now()
    const readers = [...this.readers.values()]
    const runs = readers.filter(({ readAt }) => readAt > 0).map((reader) => reader.summary(now))
    // Anything that the page shows counts as a change, also what no file says: a process that died, an image that came.
    const seen = JSON.stringify(
      runs.map(({ id, status, checkpoint, images }) => [id, status, checkpoint, images, this.readers.get(id)?.version]),
    )
    if (seen !== this.seen) this.listVersion++
    this.seen = seen
    return { root: this.roots.join(', '), version: this.listVersion, read: runs.length, total: readers.length, runs }
  }

  get(id: string): RunReader | undefined {
    return this.readers.get(id)
  }

  private async look(): Promise<void> {
    const started = performance.now()
    if (started - this.foundAt > FIND_MS) this.find(started)
    // Those not read yet come first; then whoever has waited longest.
    const waiting = [...this.readers.values()].sort((a, b) => a.readAt - b.readAt)
    for (const reader of waiting) {
      await reader.refresh()
      if (performance.now() - started > READ_MS) return
    }
  }

  private find(now: number): void {
    this.foundAt = now
    const found = findRuns(this.roots)
    const ids = new Set(found.map(({ id }) => id))
    for (const id of this.readers.keys()) if (!ids.has(id)) this.readers.delete(id)
    for (const run of found) {
      const known = this.readers.get(run.id)
      if (known === undefined || known.found.newest !== run.newest || known.found.name !== run.name)
        this.readers.set(run.id, new RunReader(run))
    }
  }
}
