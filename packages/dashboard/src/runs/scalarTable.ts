import type { Axis, Mode, TagSummary } from '../api.js'
import type { Points } from './decimate.js'

/** Not curves: they say where a row belongs. */
const COUNTERS = new Set(['step', 'iter', 'epoch'])

interface Column {
  readonly mode: Mode
  readonly name: string
  readonly iter: number[]
  readonly epoch: number[]
  readonly time: number[]
  readonly y: (number | null)[]
  low: number | null
  high: number | null
}

/** What is known of a run besides its rows. */
export interface RunShape {
  /** Validation rows count in epochs. */
  readonly byEpoch: boolean
  /** Iterations an epoch. */
  readonly epochLength?: number | undefined
}

/** The values of a run's `scalars.json`, by tag. Rows of training have an `iter`; others are of validation. */
export class ScalarTable {
  /** The newest iteration and epoch of training. */
  iter = 0
  epoch: number | undefined
  unreadable = 0
  private seconds = 0
  private readonly columns = new Map<string, Column>()

  addLine(line: string, shape: RunShape): void {
    if (line.trim() === '') return
    const row = parsed(line)
    if (row === undefined) this.unreadable++
    else this.addRow(row, 'iter' in row ? 'train' : 'val', shape)
  }

  addRow(row: Readonly<Record<string, unknown>>, mode: Mode, shape: RunShape): void {
    const step = finite(row['step']) ?? 0
    if (mode === 'train') this.advance(finite(row['iter']) ?? step, finite(row['epoch']), finite(row['time']))
    const place = mode === 'val' ? this.placeOfValidation(step, shape) : { iter: step, epoch: this.epochOf(step, shape) }
    for (const [name, value] of Object.entries(row)) {
      if (COUNTERS.has(name) || (typeof value !== 'number' && value !== null)) continue
      this.push(`${mode}/${name}`, { mode, name }, place, finite(value) ?? null)
    }
  }

  points(key: string, axis: Axis): Points | undefined {
    const column = this.columns.get(key)
    return column && { x: column[axis], y: column.y }
  }

  tags(): TagSummary[] {
    return [...this.columns].map(([key, { mode, name, y, low, high }]) => ({
      key,
      mode,
      name,
      points: y.length,
      last: y.at(-1) ?? null,
      low,
      high,
    }))
  }

  /** Time goes on with each row by what its iterations took. */
  private advance(iter: number, epoch: number | undefined, secondsEach: number | undefined): void {
    this.seconds += Math.max(0, iter - this.iter) * (secondsEach ?? 0)
    this.iter = iter
    this.epoch = epoch ?? this.epoch
  }

  private placeOfValidation(step: number, shape: RunShape): { iter: number; epoch: number } {
    if (!shape.byEpoch) return { iter: step, epoch: this.epochOf(step, shape) }
    return { iter: shape.epochLength === undefined ? this.iter : step * shape.epochLength, epoch: step }
  }

  private epochOf(iter: number, { epochLength }: RunShape): number {
    return epochLength === undefined ? (this.epoch ?? 0) : iter / epochLength
  }

  private push(
    key: string,
    { mode, name }: { mode: Mode; name: string },
    place: { iter: number; epoch: number },
    value: number | null,
  ): void {
    let column = this.columns.get(key)
    if (column === undefined) {
      column = { mode, name, iter: [], epoch: [], time: [], y: [], low: null, high: null }
      this.columns.set(key, column)
    }
    // A run that was wound back writes its iterations again: the later ones count.
    while (column.y.length > 0 && isBefore(place, column)) for (const list of [column.iter, column.epoch, column.time, column.y]) list.pop()
    column.iter.push(place.iter)
    column.epoch.push(place.epoch)
    column.time.push(this.seconds)
    column.y.push(value)
    if (value === null) return
    column.low = Math.min(column.low ?? value, value)
    column.high = Math.max(column.high ?? value, value)
  }
}

function isBefore(place: { iter: number; epoch: number }, { iter, epoch, mode }: Column): boolean {
  return mode === 'val' ? place.epoch <= (epoch.at(-1) ?? 0) && place.iter <= (iter.at(-1) ?? 0) : place.iter <= (iter.at(-1) ?? 0)
}

function parsed(line: string): Record<string, unknown> | undefined {
  const row = jsonOf(line) ?? jsonOf(line.replace(PYTHON_NUMBERS, '$1null'))
  return typeof row === 'object' && row !== null && !Array.isArray(row) ? { ...row } : undefined
}

/** Python writes NaN and Infinity as they are; they are gaps here. */
const PYTHON_NUMBERS = /([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
