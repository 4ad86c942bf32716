import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Logger } from '@tessera/core'
import { SILENT_LOGGER } from '@tessera/core'
import type { RandomStream } from '@tessera/runtime'
import { latestCheckpoint } from '../checkpoint/findCheckpoint.js'
import { readCheckpoint } from '../checkpoint/readCheckpoint.js'

/** A file of the newest checkpoint of a work dir, and the checkpoint before it. */
export interface Victim {
  readonly workDir: string
  readonly file: string
  readonly before: string
}

/** Flips one to three bits of a file, so many times. @returns a sentence for each time that it was not found and passed over */
export function flipBits({ workDir, file, before }: Victim, times: number, random: RandomStream): string[] {
  const whole = readFileSync(file)
  const wrong: string[] = []
  for (let time = 0; time < times; time++) {
    const flipped = Buffer.from(whole)
    for (let flips = 1 + random.integer(3); flips > 0; flips--) {
      const at = random.integer(flipped.length)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(8))
    }
    if (flipped.equals(whole)) continue
    writeFileSync(file, flipped)
    const said: string[] = []
    const logger: Logger = { ...SILENT_LOGGER, warning: (message) => said.push(message) }
    const found = latestCheckpoint(workDir, logger)
    if (found !== before || !said.some((message) => message.includes(file)))
      wrong.push(`flip ${time}: ${found} is used, and said is '${said.join()}'`)
  }
  writeFileSync(file, whole)
  return wrong
}

/** Cuts a file off at about so many lengths, evenly. @returns a sentence for each that was read all the same */
export function cutOff({ workDir, file, before }: Victim, lengths: number): string[] {
  const whole = readFileSync(file)
  const wrong: string[] = []
  const every = Math.max(1, Math.floor(whole.length / lengths))
  for (let length = 0; length < whole.length; length += every) {
    writeFileSync(file, whole.subarray(0, length))
    try {
      readCheckpoint(path.dirname(file))
      wrong.push(`cut off at ${length} of ${whole.length} bytes it is read`)
    } catch (error) {
      if (!String(Reflect.get(error as object, 'message')).includes(file)) wrong.push(`cut off at ${length}: said is ${String(error)}`)
    }
  }
  const found = latestCheckpoint(workDir, SILENT_LOGGER)
  if (found !== before) wrong.push(`cut off, and ${found} is used`)
  writeFileSync(file, whole)
  return wrong
}
