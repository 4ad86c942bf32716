import type { PyGlobal, PyValue } from '../pickle/pyValue.js'
import type { Room } from '../room.js'
import type { TorchStorage } from './torchGlobals.js'

/** A PyTorch checkpoint as data: its pickle's value, with storages that are read when a tensor is asked for. */
export interface TorchContent {
  readonly value: PyValue
  /** Dotted names that the file mentions and this reader does not know, in order: they stayed inert. */
  readonly globals: ReadonlySet<string>
  /** The bytes of a storage: a fresh copy, in `room` if it is given. */
  readStorage(storage: TorchStorage, room?: Room): Uint8Array<ArrayBuffer>
}

const MAX_LISTED = 1000

export function collectGlobals(): { report: ReadonlySet<string>; onUnknown: (global: PyGlobal) => void } {
  const report = new Set<string>()
  return { report, onUnknown: (global) => void (report.size < MAX_LISTED && report.add(global.path)) }
}
