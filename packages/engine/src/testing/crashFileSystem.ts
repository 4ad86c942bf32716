import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { DurableFileSystem } from '../checkpoint/durableFileSystem.js'

/**
 * A file system in memory that can be asked what a power cut may leave (after SQLite's crash tests). What was not synced may be there or
 * not, each effect for itself: an entry of a folder until the folder is synced, the content of a file until the file is.
 */

interface File {
  content: Buffer
}
interface Folder {
  entries: Map<string, File | Folder>
}

/** One thing that reaches the disk as a whole or not at all. */
type Effect =
  | { readonly kind: 'entries'; readonly folder: Folder; readonly removed?: string; readonly added?: readonly [string, File | Folder] }
  | { readonly kind: 'content'; readonly file: File; readonly content: Buffer }
type Event = Effect | { readonly kind: 'sync'; readonly node: File | Folder } | { readonly kind: 'mark'; readonly text: string }

export class CrashFileSystem implements DurableFileSystem {
  private readonly root: Folder = { entries: new Map() }
  private readonly events: Event[] = []
  private syncs = 0
  private skipped: number | undefined
  /** Where the left-out sync would have stood; 0 when none was. */
  private skippedAt = 0

  /** Leaves out the n-th sync, as if the program did not call it. */
  skipSync(n: number): this {
    this.skipped = n
    return this
  }

  get syncCount(): number {
    return this.syncs
  }

  /** Notes what the program was told: from here on it counts on it. */
  mark(text: string): void {
    this.events.push({ kind: 'mark', text })
  }

  async makeDirectory(directory: string): Promise<void> {
    let folder = this.root
    for (const name of partsOf(directory)) {
      const known = folder.entries.get(name)
      if (known !== undefined && 'entries' in known) {
        folder = known
        continue
      }
      const made: Folder = { entries: new Map() }
      this.apply({ kind: 'entries', folder, added: [name, made] })
      folder = made
    }
  }

  async write(file: string, content: Uint8Array | string): Promise<void> {
    const folder = this.folderOf(file)
    const made: File = { content: Buffer.alloc(0) }
    this.apply({ kind: 'entries', folder, added: [path.basename(file), made] })
    this.apply({ kind: 'content', file: made, content: Buffer.from(content) })
  }

  async syncFile(file: string): Promise<void> {
    this.sync(this.find(file))
  }

  async syncDirectory(directory: string): Promise<void> {
    this.sync(this.find(directory))
  }

  async rename(from: string, to: string): Promise<void> {
    const folder = this.folderOf(from)
    const node = folder.entries.get(path.basename(from))
    if (node === undefined) throw Object.assign(new Error(`ENOENT: ${from}`), { code: 'ENOENT' })
    const inTheWay = folder.entries.get(path.basename(to))
    if (inTheWay !== undefined && 'entries' in inTheWay && inTheWay.entries.size > 0)
      throw Object.assign(new Error(`ENOTEMPTY: ${to}`), { code: 'ENOTEMPTY' })
    this.apply({ kind: 'entries', folder, removed: path.basename(from), added: [path.basename(to), node] })
  }

  async remove(place: string): Promise<void> {
    const folder = this.folderOf(place)
    const node = folder.entries.get(path.basename(place))
    if (node === undefined) return
    if ('entries' in node) for (const name of [...node.entries.keys()]) await this.remove(path.join(place, name))
    this.apply({ kind: 'entries', folder, removed: path.basename(place) })
  }

  has(place: string): boolean {
    try {
      return this.find(place) !== undefined
    } catch {
      return false
    }
  }

  read(file: string): Buffer {
    const node = this.find(file)
    if ('entries' in node) throw new Error(`${file} is a folder`)
    return node.content
  }

  /**
   * Every state that a crash may leave, at every moment; of moments with many unsynced effects a share, by `chance`.
   * @param most states a moment
   */
  *crashes(chance: () => number, most = 64): Generator<CrashState> {
    // Before a sync that was left out, everything is as if it had not been.
    for (let moment = this.skippedAt; moment <= this.events.length; moment++) {
      const before = this.events.slice(0, moment)
      const loose = before.flatMap((event, index) => (isEffect(event) && !isSynced(before, event, index) ? [index] : []))
      const marks = before.flatMap((event) => (event.kind === 'mark' ? [event.text] : []))
      const all = 2 ** loose.length
      for (let pick = 0; pick < Math.min(all, most); pick++) {
        const lost = new Set(all <= most ? loose.filter((_, bit) => (pick >> bit) & 1) : loose.filter(() => chance() < 0.5))
        yield { marks, moment, write: (directory) => materialize(replay(before, lost, chance), directory) }
      }
    }
  }

  private sync(node: File | Folder): void {
    if (this.syncs++ === this.skipped) this.skippedAt = this.events.length
    else this.events.push({ kind: 'sync', node })
  }

  private apply(effect: Effect): void {
    this.events.push(effect)
    if (effect.kind === 'content') effect.file.content = effect.content
    else {
      if (effect.removed !== undefined) effect.folder.entries.delete(effect.removed)
      if (effect.added !== undefined) effect.folder.entries.set(...effect.added)
    }
  }

  private folderOf(place: string): Folder {
    const folder = this.find(path.dirname(place))
    if ('entries' in folder) return folder
    throw new Error(`${place} is in no folder`)
  }

  private find(place: string): File | Folder {
    let node: File | Folder = this.root
    for (const name of partsOf(place)) {
      const next: File | Folder | undefined = 'entries' in node ? node.entries.get(name) : undefined
      if (next === undefined) throw Object.assign(new Error(`ENOENT: ${place}`), { code: 'ENOENT' })
      node = next
    }
    return node
  }
}

export interface CrashState {
  /** What the program had been told by then. */
  readonly marks: readonly string[]
  /** How many events lie before the crash. */
  readonly moment: number
  /** Writes the state into a real folder. */
  write(directory: string): void
}

function partsOf(place: string): string[] {
  return place.split('/').filter((part) => part !== '')
}

function isEffect(event: Event): event is Effect {
  return event.kind === 'entries' || event.kind === 'content'
}

function isSynced(events: readonly Event[], effect: Effect, at: number): boolean {
  const node = effect.kind === 'content' ? effect.file : effect.folder
  return events.some((event, index) => index > at && event.kind === 'sync' && event.node === node)
}

/** The tree after all effects but the lost ones. Lost content leaves nothing of it, or a part. */
function replay(events: readonly Event[], lost: ReadonlySet<number>, chance: () => number): Map<string, File | Folder> {
  const folders = new Map<Folder, Map<string, File | Folder>>()
  const contents = new Map<File, Buffer>()
  let root: Folder | undefined
  for (const [index, event] of events.entries()) {
    if (!isEffect(event)) continue
    if (event.kind === 'content') {
      contents.set(event.file, lost.has(index) ? event.content.subarray(0, Math.floor(chance() * event.content.length)) : event.content)
      continue
    }
    root ??= event.folder
    if (lost.has(index)) continue
    const entries = folders.get(event.folder) ?? new Map()
    folders.set(event.folder, entries)
    if (event.removed !== undefined) entries.delete(event.removed)
    if (event.added !== undefined) entries.set(...event.added)
  }
  const copy = (node: File | Folder): File | Folder =>
    'entries' in node
      ? { entries: new Map([...(folders.get(node) ?? [])].map(([name, child]) => [name, copy(child)])) }
      : { content: contents.get(node) ?? Buffer.alloc(0) }
  return root === undefined ? new Map() : new Map([...(folders.get(root) ?? [])].map(([name, node]) => [name, copy(node)]))
}

/** The process that crashed is dead, whose number stands in the names of what it left; here it is this one, which is not. */
const DEAD = '-999999999-1-'

function materialize(entries: Map<string, File | Folder>, directory: string): void {
  mkdirSync(directory, { recursive: true })
  for (const [name, node] of entries) {
    const place = path.join(directory, name.replace(/-\d+-\d+-(?=[0-9a-f]{8}$)/, DEAD))
    if ('entries' in node) materialize(node.entries, place)
    else writeFileSync(place, node.content)
  }
}
