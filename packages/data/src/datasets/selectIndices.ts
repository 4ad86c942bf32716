import { TesseraError } from '@tessera/core'

/** MMEngine's `indices`: n takes the first n, −n the last n, a list takes what it names (negative counts from the end), in its order. */
export function selectIndices<T>(items: readonly T[], indices: number | readonly number[]): T[] {
  if (typeof indices === 'number') {
    if (Math.abs(indices) > items.length) throw outOfRange(indices, items.length)
    return indices < 0 ? items.slice(indices) : items.slice(0, indices)
  }
  return indices.map((index) => {
    const item = items.at(index)
    if (item === undefined) throw outOfRange(index, items.length)
    return item
  })
}

function outOfRange(got: number, length: number): TesseraError {
  return new TesseraError('INVALID_OPTIONS', {
    what: 'indices reach beyond the data set',
    path: 'indices',
    got,
    expected: `at most ${length} samples`,
  })
}
