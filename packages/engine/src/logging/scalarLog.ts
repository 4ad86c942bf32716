import path from 'node:path'
import { LogFile } from './logFile.js'

/** Appends one JSON line `{ …scalars, step }` to every file (MMEngine's local visualization backend). Non-finite numbers become null. */
export class ScalarLog {
  private readonly files: readonly LogFile[]

  /** @param directory `<log dir>/vis_data` @param tell hears of lines that cannot be written */
  constructor(directory: string, timestamp: string, tell: (message: string) => void) {
    this.files = [`${timestamp}.json`, 'scalars.json'].map((name) => new LogFile(path.join(directory, name), tell))
  }

  add(scalars: Readonly<Record<string, unknown>>, step: number): void {
    const line = `${JSON.stringify({ ...scalars, step })}\n`
    for (const file of this.files) file.append(line)
  }
}
