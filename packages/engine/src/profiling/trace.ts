import type { Span } from '../run/spans.js'

/** Memory at a moment. */
export interface MemorySample {
  /** Milliseconds of `performance.now()`. */
  readonly time: number
  /** MiB resident. */
  readonly resident: number
  readonly tensors: number
}

export interface Trace {
  readonly spans: readonly Span[]
  readonly memory: readonly MemorySample[]
}

const THREADS: Readonly<Record<Span['category'], number>> = { data: 1, step: 2, predict: 2, hook: 3 }

/** For chrome://tracing, Perfetto or TensorBoard's trace viewer. */
export function chromeEvents({ spans, memory }: Trace): string {
  const names = [
    ['waiting for data', 1],
    ['steps', 2],
    ['hooks', 3],
  ].map(([name, tid]) => ({ name: 'thread_name', ph: 'M', pid: 1, tid, args: { name } }))
  const began = Math.min(...spans.map(({ start }) => start), ...memory.map(({ time }) => time))
  const micros = (time: number) => Math.round((time - began) * 1000)
  const events = spans.map(({ name, category, start, duration }) => ({
    name,
    cat: category,
    ph: 'X',
    ts: micros(start),
    dur: Math.max(1, Math.round(duration * 1000)),
    pid: 1,
    tid: THREADS[category],
  }))
  const counters = memory.flatMap(({ time, resident, tensors }) => [
    { name: 'resident MiB', ph: 'C', ts: micros(time), pid: 1, args: { MiB: Math.round(resident) } },
    { name: 'tensors', ph: 'C', ts: micros(time), pid: 1, args: { tensors } },
  ])
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...events, ...counters] })
}

/** One row a name: calls, milliseconds in all and each, share. @param rows at most so many */
export function traceTable({ spans, memory }: Trace, sortBy: 'total' | 'mean' | 'count' = 'total', rows = 100): string {
  const found = new Map<string, { count: number; total: number }>()
  for (const { name, duration } of spans) {
    const known = found.get(name) ?? { count: 0, total: 0 }
    found.set(name, { count: known.count + 1, total: known.total + duration })
  }
  const all = [...found].map(([name, { count, total }]) => ({ name, count, total, mean: total / count }))
  all.sort((a, b) => b[sortBy] - a[sortBy])
  const sum = all.reduce((result, { total }) => result + total, 0) || 1
  const width = Math.max(20, ...all.map(({ name }) => name.length)) + 2
  const row = (cells: readonly [string, string, string, string, string]) =>
    `${cells[0].padEnd(width)}${cells[1].padStart(8)}${cells[2].padStart(12)}${cells[3].padStart(11)}${cells[4].padStart(8)}`
  const lines = all
    .slice(0, rows)
    .map(({ name, count, total, mean }) =>
      row([name, String(count), total.toFixed(2), mean.toFixed(3), `${((100 * total) / sum).toFixed(1)} %`]),
    )
  const last = memory.at(-1)
  const note = last === undefined ? [] : [`resident: ${Math.round(last.resident)} MiB, tensors: ${last.tensors}`]
  return [row(['name', 'calls', 'total ms', 'mean ms', 'share']), ...lines, ...note].join('\n')
}
