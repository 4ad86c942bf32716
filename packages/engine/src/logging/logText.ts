import { durationText, exponentText, fixedText } from './numberText.js'

export type LogMode = 'train' | 'val' | 'test'

/** Where the line stands. */
export interface LogPosition {
  readonly mode: LogMode
  /** Lines are headed by epoch (`Epoch(train)`) or by iteration (`Iter(train)`). */
  readonly byEpoch: boolean
  /** Batch within the loader, from 1. */
  readonly batch: number
  /** Batches of the loader. */
  readonly length: number
  /** From 1 in training, epochs done in validation. */
  readonly epoch: number
  readonly maxEpochs: number | undefined
  /** Iteration of the run, from 1. */
  readonly iter: number
  readonly maxIters: number
}

/** Head of a line during a loop: MMEngine's `Epoch(train)  [1][ 10/130]  `. */
export function iterHeader(at: LogPosition): string {
  const batch = `[${pad(at.batch, at.length)}/${at.length}]  `
  if (at.byEpoch) {
    if (at.mode === 'test') return `Epoch(test) ${batch}`
    const epoch = at.maxEpochs === undefined ? `[${at.epoch}]` : `[${at.epoch}]`.padStart(String(at.maxEpochs).length + 3)
    return `Epoch(${at.mode})${epoch}${batch}`
  }
  if (at.mode === 'train') return `Iter(train) [${pad(at.iter, at.maxIters)}/${at.maxIters}]  `
  return `Iter(${at.mode}) ${batch}`
}

/** The whole line during a loop. `scalars` are in logging order; names that end in `lr` come first, times next. */
export function iterLine(at: LogPosition, scalars: ReadonlyMap<string, number>, eta: number | undefined, digits: number): string {
  const left = new Map(scalars)
  const rates: string[] = []
  for (const [name, value] of scalars) {
    if (!name.endsWith('lr')) continue
    rates.push(`${name}: ${exponentText(value, digits)}`)
    left.delete(name)
  }
  let line = `${iterHeader(at)}${rates.join(' ')}  `
  const time = left.get('time')
  const dataTime = left.get('data_time')
  if (time !== undefined && dataTime !== undefined && eta !== undefined) {
    line += `eta: ${durationText(eta)}  time: ${fixedText(time, digits)}  data_time: ${fixedText(dataTime, digits)}  `
    left.delete('time')
    left.delete('data_time')
  }
  // As in MMEngine, a line inside a validation or test loop shows times only.
  return at.mode === 'train' ? line + items(left, digits) : line
}

/** The line after a validation or test loop: metrics first, times last. */
export function epochLine(
  at: LogPosition,
  scalars: ReadonlyMap<string, number>,
  facts: ReadonlyMap<string, unknown>,
  digits: number,
): string {
  const batch = `[${at.length}/${at.length}]  `
  const head = at.byEpoch ? (at.mode === 'val' ? `Epoch(val) [${at.epoch}]${batch}` : `Epoch(test) ${batch}`) : `Iter(${at.mode}) ${batch}`
  const { metrics, times } = splitTimes(scalars)
  const shown = [items(metrics, digits), ...[...facts].map(([name, value]) => `${name}: ${factText(value)}`), items(times, digits)]
  return `${head}  ${shown.filter((part) => part !== '').join('  ')}`
}

/** Whether it says how long a batch took. */
export function isTime(name: string): boolean {
  return /^(?:(?:val|test)\/)?(?:data_)?time$/.test(name)
}

/** Metrics before times, each in its order. */
export function splitTimes(scalars: ReadonlyMap<string, number>): { metrics: Map<string, number>; times: Map<string, number> } {
  return {
    metrics: new Map([...scalars].filter(([name]) => !isTime(name))),
    times: new Map([...scalars].filter(([name]) => isTime(name))),
  }
}

/** As Python prints it. */
function factText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(factText).join(', ')}]` : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function items(scalars: ReadonlyMap<string, number>, digits: number): string {
  return [...scalars].map(([name, value]) => `${name}: ${fixedText(value, digits)}`).join('  ')
}

function pad(value: number, longest: number): string {
  return String(value).padStart(String(longest).length)
}
