import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/**
 * A file that lines are appended to, each whole or not at all. A full disk costs lines, not the run: the first that cannot be written is
 * told; when there is room again, so is how many were lost.
 */
export class LogFile {
  private lost = 0

  /** @param tell gets what went wrong; it must not come back to this file */
  constructor(
    readonly file: string,
    private readonly tell: (message: string) => void,
  ) {}

  append(text: string): void {
    try {
      appendWhole(this.file, text)
    } catch (error) {
      if (this.lost++ === 0)
        this.tell(`${this.file} cannot be written (${error instanceof Error ? error.message : String(error)}). The run goes on.`)
      return
    }
    if (this.lost === 0) return
    this.tell(`${this.file} can be written again; ${this.lost} line${this.lost === 1 ? ' is' : 's are'} missing in it.`)
    this.lost = 0
  }
}

/** What is written of a text before the disk is full is taken back. */
function appendWhole(file: string, text: string): void {
  const bytes = Buffer.from(text)
  const descriptor = openSync(file, 'a')
  try {
    const { size } = fstatSync(descriptor)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
    } catch (error) {
      ftruncateSync(descriptor, size)
      throw error
    }
  } finally {
    closeSync(descriptor)
  }
}
