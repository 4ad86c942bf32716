import { closeSync, fstatSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { loadConfigText } from '@tessera/core'
import { openRegular } from './lineTail.js'

/** What the runs write beside their scalars: ours JSON, MMEngine's Python (read as data). */
export const OUR_CONFIG = 'config.json'
const FILES = [OUR_CONFIG, 'config.py']
const LARGEST = 10 << 20

export interface ReadConfig {
  /** The file that was found; absent: none is there (yet). */
  readonly file?: string
  readonly config?: Readonly<Record<string, unknown>>
  /** Why it cannot be shown. */
  readonly problem?: string
}

/** The config a run was started with. Nothing in it is executed. */
export async function readConfig(logDir: string): Promise<ReadConfig> {
  for (const name of FILES) {
    const text = textOf(path.join(logDir, 'vis_data', name))
    if (text === undefined) continue
    try {
      return { file: name, config: { ...(await loadConfigText(text, path.extname(name))).config } }
    } catch (error) {
      return { file: name, problem: `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}` }
    }
  }
  return { problem: `there is no ${FILES.join(' and no ')} in vis_data` }
}

function textOf(file: string): string | undefined {
  const descriptor = openRegular(file)
  if (descriptor === undefined) return undefined
  try {
    return fstatSync(descriptor).size > LARGEST ? undefined : readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}
