import { appendFileSync } from 'node:fs'
import path from 'node:path'

/** Appends one JSON line `{ …scalars, step }` to every file (MMEngine's local visualization backend). Non-finite numbers become null. */
export class ScalarLog {
  private readonly files: readonly string[]

  /** @param directory `<log dir>/vis_data` */
  constructor(directory: string, timestamp: string) {
    this.files = [path.join(directory, `${timestamp}.json`), path.join(directory, 'scalars.json')]
  }

  add(scalars: Readonly<Record<string, unknown>>, step: number): void {
    const line = `${JSON.stringify({ ...scalars, step })}\n`
    for (const file of this.files) appendFileSync(file, line)
  }
}
