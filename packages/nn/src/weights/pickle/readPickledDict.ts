import { TesseraError } from '@tessera/core'
import { KnownGlobals, PYTHON_GLOBALS } from './knownGlobals.js'
import { NUMPY_GLOBALS, NumpyArray } from './numpyGlobals.js'
import { PickleError } from './pickleError.js'
import { PyDict, PyList, type PyValue } from './pyValue.js'
import { unpickle } from './unpickle.js'

const KNOWN = new KnownGlobals(PYTHON_GLOBALS, NUMPY_GLOBALS)

/** Numbers or texts one after the other, or an array's bytes as they stand in the file. */
export type PickledEntry = readonly (number | string)[] | { readonly shape: readonly number[]; readonly bytes: Uint8Array }

/**
 * A Python dict that a data set's file holds (CIFAR's): lists and arrays under their names, other values left out. Nothing in it is executed.
 * @throws TesseraError DATA_INVALID for a file that is none
 */
export function readPickledDict(bytes: Uint8Array, path: string): ReadonlyMap<string, PickledEntry> {
  const value = read(bytes, path)
  if (!(value instanceof PyDict)) throw new TesseraError('DATA_INVALID', { what: 'a pickled dict was expected', path })
  const entries = [...value].flatMap(([key, one]): [string, PickledEntry][] => {
    if (typeof key !== 'string') return []
    if (one instanceof PyList && one.items.every(isPlain)) return [[key, one.items]]
    return one instanceof NumpyArray && one.bytes !== undefined ? [[key, { shape: one.shape, bytes: one.bytes }]] : []
  })
  return new Map(entries)
}

function read(bytes: Uint8Array, path: string): PyValue {
  try {
    return unpickle(bytes, 0, { known: KNOWN }).value
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause
    throw new TesseraError('DATA_INVALID', { what: `the file is no pickle that Python would write: ${cause.message}`, path, cause })
  }
}

function isPlain(value: PyValue): value is number | string {
  return typeof value === 'number' || typeof value === 'string'
}
