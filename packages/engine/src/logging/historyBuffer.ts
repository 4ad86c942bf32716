import { TesseraError } from '@tessera/core'

/** A statistic over the last `window` entries. */
export type Statistic = (buffer: HistoryBuffer, window?: number) => number

const CUSTOM_STATISTICS = new Map<string, Statistic>()

/** Makes `method_name: name` known to LogProcessor (MMEngine's `HistoryBuffer.register_statistics`). */
export function registerStatistic(name: string, statistic: Statistic): void {
  CUSTOM_STATISTICS.set(name, statistic)
}

/** What `method_name` may be. */
export function statisticNames(): string[] {
  return ['mean', 'max', 'min', 'current', ...CUSTOM_STATISTICS.keys()]
}

/**
 * The history of one scalar (MMEngine's HistoryBuffer) as a ring: an update costs the same on the millionth call as on the first.
 * Each value carries a count, so that means over batches of different size are right.
 */
export class HistoryBuffer {
  readonly maxLength: number
  private values = new Float64Array(64)
  private counts = new Float64Array(64)
  /** Updates ever made; the newest stands at (total − 1) % capacity. */
  private total = 0

  constructor(maxLength = 1_000_000) {
    this.maxLength = maxLength
  }

  /** Entries held. */
  get length(): number {
    return Math.min(this.total, this.maxLength)
  }

  update(value: number, count = 1): void {
    if (this.total === this.values.length && this.values.length < this.maxLength) this.grow()
    const at = this.total % this.values.length
    this.values[at] = value
    this.counts[at] = count
    this.total++
  }

  /** Mean weighted by the counts, of the last `window` entries (all when absent). */
  mean(window?: number): number {
    let sum = 0
    let count = 0
    this.forLast(window, (value, entryCount) => {
      sum += value * entryCount
      count += entryCount
    })
    return sum / count
  }

  max(window?: number): number {
    let best = Number.NEGATIVE_INFINITY
    this.forLast(window, (value) => {
      if (value > best) best = value
    })
    return best
  }

  min(window?: number): number {
    let best = Number.POSITIVE_INFINITY
    this.forLast(window, (value) => {
      if (value < best) best = value
    })
    return best
  }

  /** The newest value. */
  current(): number {
    if (this.total === 0) throw new TesseraError('INVALID_ARGUMENT', { what: 'a history without entries has no current value' })
    return this.values[(this.total - 1) % this.values.length] ?? Number.NaN
  }

  /** `mean`, `max`, `min`, `current`, or a registered statistic. */
  statistics(method: string, window?: number): number {
    switch (method) {
      case 'mean':
        return this.mean(window)
      case 'max':
        return this.max(window)
      case 'min':
        return this.min(window)
      case 'current':
        return this.current()
    }
    const custom = CUSTOM_STATISTICS.get(method)
    if (custom !== undefined) return custom(this, window)
    throw new TesseraError('INVALID_ARGUMENT', {
      what: 'there is no such statistic',
      got: method,
      expected: statisticNames().join(', '),
    })
  }

  /** The last `window` values, oldest first. */
  data(window?: number): { values: number[]; counts: number[] } {
    const values: number[] = []
    const counts: number[] = []
    this.forLast(window, (value, count) => {
      values.push(value)
      counts.push(count)
    })
    return { values, counts }
  }

  private forLast(window: number | undefined, visit: (value: number, count: number) => void): void {
    const length = Math.min(this.length, window ?? this.length)
    for (let index = this.total - length; index < this.total; index++) {
      const at = index % this.values.length
      visit(this.values[at] ?? Number.NaN, this.counts[at] ?? 0)
    }
  }

  private grow(): void {
    const capacity = Math.min(this.values.length * 2, this.maxLength)
    const values = new Float64Array(capacity)
    const counts = new Float64Array(capacity)
    values.set(this.values)
    counts.set(this.counts)
    this.values = values
    this.counts = counts
  }
}
