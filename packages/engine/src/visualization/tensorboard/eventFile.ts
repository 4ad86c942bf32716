import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { fileVersionEvent, summaryEvent } from './summaries.js'
import { tfRecord } from './tfRecord.js'

/** One `events.out.tfevents.…` file. Every event is in the file when `add` returns, so that TensorBoard shows it while the run goes on. */
export class EventFile {
  readonly path: string
  private readonly file: number

  /** @param now milliseconds since 1970 */
  constructor(
    directory: string,
    private readonly now: () => number = Date.now,
  ) {
    mkdirSync(directory, { recursive: true })
    const started = now()
    // The name that TensorBoard's own writers use; the milliseconds keep two runs of one process apart.
    this.path = path.join(directory, `events.out.tfevents.${Math.floor(started / 1000)}.${hostname()}.${process.pid}.${started % 1000}`)
    this.file = openSync(this.path, 'a')
    writeSync(this.file, tfRecord(fileVersionEvent(started / 1000)))
  }

  add(values: readonly Uint8Array[], step: number): void {
    if (values.length > 0) writeSync(this.file, tfRecord(summaryEvent(this.now() / 1000, step, values)))
  }

  close(): void {
    closeSync(this.file)
  }
}
