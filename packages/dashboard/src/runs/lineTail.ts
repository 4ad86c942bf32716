import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** A line that is longer is no log line: it is left out. */
const LONGEST_LINE = 1 << 20
const CHUNK = 1 << 20

export interface TailNews {
  readonly lines: readonly string[]
  /** The file is another than before, or was cut: forget what was read. */
  readonly restarted: boolean
  /** There is more than was read this time. */
  readonly more: boolean
}

/** Reads a file that grows, each complete line once. A last line without its end is left for the next time. */
export class LineTail {
  /** Milliseconds since 1970; 0 while there is no file. */
  changedAt = 0
  private offset = 0
  /** Numbers of files are used again; together with its birth it is one file's. */
  private identity = ''
  private rest = Buffer.alloc(0)

  constructor(private readonly file: string) {}

  /** @param limit bytes to read at most */
  read(limit = 64 * CHUNK): TailNews {
    const descriptor = openRegular(this.file)
    if (descriptor === undefined) return { lines: [], restarted: false, more: false }
    try {
      const { size, ino, birthtimeMs, mtimeMs } = fstatSync(descriptor)
      const identity = `${ino} ${birthtimeMs}`
      const restarted = this.offset > 0 && (identity !== this.identity || size < this.offset)
      if (restarted) this.restart()
      this.identity = identity
      this.changedAt = mtimeMs
      const end = Math.min(size, this.offset + limit)
      const lines: string[] = []
      while (this.offset < end) {
        const chunk = Buffer.alloc(Math.min(CHUNK, end - this.offset))
        const count = readSync(descriptor, chunk, 0, chunk.length, this.offset)
        if (count === 0) break
        this.offset += count
        this.split(chunk.subarray(0, count), lines)
      }
      return { lines, restarted, more: this.offset < size }
    } finally {
      closeSync(descriptor)
    }
  }

  /** The next read begins at the start again. */
  restart(): void {
    this.offset = 0
    this.rest = Buffer.alloc(0)
  }

  private split(chunk: Buffer, lines: string[]): void {
    const all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let start = 0
    for (let end = all.indexOf(10); end !== -1; end = all.indexOf(10, start)) {
      if (end - start <= LONGEST_LINE) lines.push(all.toString('utf8', start, end))
      start = end + 1
    }
    this.rest = Buffer.from(all.subarray(start, start + LONGEST_LINE + 1))
  }
}

/** Undefined for what is not there, is a link, or is no ordinary file: a pipe would hold the server up. */
export function openRegular(file: string): number | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  if (fstatSync(descriptor).isFile()) return descriptor
  closeSync(descriptor)
  return undefined
}
