import { existsSync, readFileSync } from 'node:fs'
import { TesseraError } from '@tessera/core'

/**
 * A data set's file, whole. Nothing is downloaded: what is missing is an error that says where it was looked for.
 * @throws TesseraError DATA_NOT_FOUND
 */
export function readDatasetFile(path: string, dataset: string): Buffer {
  if (existsSync(path)) return readFileSync(path)
  throw new TesseraError('DATA_NOT_FOUND', {
    what: `a file of ${dataset} is missing`,
    path,
    hint: 'Data sets are not downloaded here: unpack it yourself, and set data_root in the config or by --cfg-options.',
  })
}

/** Its lines, without empty ones. */
export function readDatasetLines(path: string, dataset: string): string[] {
  return readDatasetFile(path, dataset)
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
}
