import { readFileSync } from 'node:fs'
import type { Logger, MetaInfo } from '@tessera/core'

/** A string value of `metainfo` may be the path of a text file with one entry a line (`classes: 'classes.txt'`); any other string stays as it is. */
export function readMetainfo(metainfo: MetaInfo, logger: Logger): MetaInfo {
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(metainfo)) read[key] = typeof value === 'string' ? listFrom(value, key, logger) : value
  return read
}

function listFrom(value: string, key: string, logger: Logger): unknown {
  try {
    return readFileSync(value, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
  } catch {
    logger.warning(`metainfo.${key}: '${value}' is not a readable file; kept as a plain string.`)
    return value
  }
}
