import path from 'node:path'
import type { TracedCall } from './tracing.js'

/** The calls that `breachesOfOrder` looks at. */
export const ORDER_CALLS = ['openat', 'pwrite64', 'fsync', 'rename', 'unlink'] as const

/**
 * What a run did to its checkpoints in another order than the protocol's: content is flushed before it gets its name, a folder before
 * anything counts on a name in it, the manifest is written last, and nothing goes before what replaces it is on the disk.
 * @returns a sentence a breach
 */
export function breachesOfOrder(calls: readonly TracedCall[], workDir: string): string[] {
  const watch = new OrderWatch(workDir)
  for (const call of calls) if (!/ = -1 /.test(call.text)) watch.see(call)
  return watch.end()
}

class OrderWatch {
  private readonly breaches: string[] = []
  /** Files with content that no flush has followed. */
  private readonly content = new Set<string>()
  /** Unfinished folders with entries that no flush has followed. */
  private readonly entries = new Set<string>()
  /** Folders in which something got another name, and no flush has followed. */
  private readonly renamed = new Set<string>()
  /** Unfinished folders that have their manifest. */
  private readonly closed = new Set<string>()

  constructor(private readonly workDir: string) {}

  see({ call, text }: TracedCall): void {
    const [first = '', second = ''] = [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '')
    const opened = /^\d+<([^>]*)>/.exec(text)?.[1] ?? ''
    if (![first, opened].some((place) => place.startsWith(this.workDir))) return
    // What a power failure takes of a report is written again at the next validation: it is not flushed.
    if ([first, opened].some((place) => path.basename(place).startsWith('report.'))) return
    if (call === 'openat' && text.includes('O_CREAT')) this.create(first)
    else if (call === 'pwrite64') this.write(opened)
    else if (call === 'fsync') for (const known of [this.content, this.entries, this.renamed]) known.delete(opened)
    else if (call === 'rename') this.rename(first, second)
    else if (call === 'unlink') this.unlink(first)
  }

  end(): string[] {
    for (const place of [...this.content, ...this.entries, ...this.renamed]) this.breach(place, 'is never flushed')
    return this.breaches
  }

  private create(file: string): void {
    const folder = path.dirname(file)
    if (!isUnfinished(folder)) return
    this.entries.add(folder)
    if (this.closed.has(folder)) this.breach(file, 'comes after its manifest')
    if (path.basename(file) === 'trainer.json') this.closed.add(folder)
  }

  private write(file: string): void {
    this.content.add(file)
    if (path.basename(file).startsWith('last_checkpoint') && this.renamed.size > 0)
      this.breach(file, 'is written before the name of its checkpoint is flushed')
  }

  private rename(from: string, to: string): void {
    const loose = [...this.content, ...this.entries].filter((place) => place === from || place.startsWith(`${from}/`))
    if (isUnfinished(from)) for (const place of loose) this.breach(place, 'gets its name before it is flushed')
    if (isTrash(to) && this.renamed.size > 0) this.breach(from, 'is dropped before the name of the newer one is flushed')
    this.renamed.add(path.dirname(to))
  }

  private unlink(file: string): void {
    const folder = path.dirname(file)
    if (isTrash(folder) && this.renamed.has(path.dirname(folder))) this.breach(file, 'goes before its folder’s new name is flushed')
  }

  private breach(place: string, what: string): void {
    this.breaches.push(`${path.relative(this.workDir, place)} ${what}`)
  }
}

function isUnfinished(place: string): boolean {
  return /\.tmp-[^/]*$/.test(place)
}

function isTrash(place: string): boolean {
  return path.basename(place).startsWith('trash-')
}
