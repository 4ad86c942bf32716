import { type Dataset, TesseraError } from '@tessera/core'

/** The error of one sample, with its data set and index before it and its own place kept. */
export function itemError(dataset: Dataset, index: number, error: unknown): TesseraError {
  const where = `${dataset.constructor.name}, sample ${index}`
  if (error instanceof TesseraError)
    return new TesseraError(error.code, { ...error.details, what: `${where}: ${error.details.what}`, cause: error })
  return new TesseraError('DATA_INVALID', { what: `${where}: ${error instanceof Error ? error.message : String(error)}`, cause: error })
}
