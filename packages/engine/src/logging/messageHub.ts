import { type MessageHubContract, suggest, TesseraError } from '@tessera/core'
import { HistoryBuffer } from './historyBuffer.js'

/** How much of each scalar's history a checkpoint keeps: enough for any window, small enough for a text file. */
const SAVED_HISTORY = 10_000

/** What a checkpoint holds of a hub. */
export interface MessageHubState {
  readonly scalars: Readonly<Record<string, { readonly values: readonly number[]; readonly counts: readonly number[] }>>
  readonly info: Readonly<Record<string, unknown>>
}

/** The run's notice board: scalars with history and facts, both by name (MMEngine's MessageHub). */
export class MessageHub implements MessageHubContract {
  private readonly history = new Map<string, HistoryBuffer>()
  private readonly info = new Map<string, unknown>()
  private readonly resumed = new Map<string, boolean>()

  /** All scalars, in the order of their first update. */
  get scalars(): ReadonlyMap<string, HistoryBuffer> {
    return this.history
  }

  /** @param resumed whether a checkpoint keeps the history; fixed at the key's first use */
  updateScalar(key: string, value: number, count = 1, resumed = true): void {
    this.fixResumed(key, resumed)
    let buffer = this.history.get(key)
    if (buffer === undefined) {
      buffer = new HistoryBuffer()
      this.history.set(key, buffer)
    }
    buffer.update(value, count)
  }

  updateInfo(key: string, value: unknown, resumed = true): void {
    this.fixResumed(key, resumed)
    this.info.set(key, value)
  }

  getScalar(key: string): HistoryBuffer {
    const buffer = this.history.get(key)
    if (buffer === undefined) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'no such scalar was logged',
        got: key,
        nearest: suggest(key, this.history.keys()),
      })
    }
    return buffer
  }

  getInfo(key: string): unknown {
    return this.info.get(key)
  }

  hasInfo(key: string): boolean {
    return this.info.has(key)
  }

  removeInfo(key: string): void {
    this.info.delete(key)
  }

  /** What goes into a checkpoint: the keys that are resumed, and of the facts those that are JSON. */
  stateDict(): MessageHubState {
    const kept = (key: string): boolean => this.resumed.get(key) ?? true
    return {
      scalars: Object.fromEntries([...this.history].filter(([key]) => kept(key)).map(([key, buffer]) => [key, buffer.data(SAVED_HISTORY)])),
      info: Object.fromEntries([...this.info].filter(([key, value]) => kept(key) && isJson(value))),
    }
  }

  loadStateDict(state: MessageHubState): void {
    for (const [key, { values, counts }] of Object.entries(state.scalars)) {
      const buffer = new HistoryBuffer()
      for (const [index, value] of values.entries()) buffer.update(value, counts[index] ?? 1)
      this.history.set(key, buffer)
    }
    for (const [key, value] of Object.entries(state.info)) this.info.set(key, value)
  }

  private fixResumed(key: string, resumed: boolean): void {
    const known = this.resumed.get(key)
    if (known === undefined) this.resumed.set(key, resumed)
    else if (known !== resumed) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'whether a key is resumed is fixed at its first use',
        path: key,
        got: resumed,
        expected: String(known),
      })
    }
  }
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  if (typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson)
}
