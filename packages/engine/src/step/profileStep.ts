import { type HostBatch, TesseraError } from '@tessera/core'
import { currentModulePath } from '@tessera/nn'
import { type RecordingFacts, type TimedOp, timeOps } from '@tessera/runtime'
import { createCompiledStep, type StepParts } from './compiledStep.js'
import { EagerStep } from './eagerStep.js'

export interface OpKind {
  readonly op: string
  /** Nodes of the recorded graph; 0 for one that was folded away. */
  readonly inGraph: number
  /** Runs and milliseconds of one step op by op. */
  readonly runs: number
  readonly milliseconds: number
}

export interface StepProfile {
  /** Most time first. */
  readonly kinds: readonly OpKind[]
  readonly ops: readonly TimedOp[]
  readonly graph: { readonly nodes: number; readonly bytes: number; readonly variables: number; readonly recordingMilliseconds: number }
  /** Medians, but the first step, which optimizes the graph. */
  readonly milliseconds: { readonly first: number; readonly compiled: number; readonly opByOp: number }
  /** Highest resident size of the process so far, MiB: after the compiled steps, before those op by op. */
  readonly peakMemory: number
}

/**
 * What one training step costs. TensorFlow.js has no way to a compiled graph's own timing, so the kinds' shares are those of the same
 * ops one by one: what the graph fuses or runs side by side costs less there.
 * @param steps compiled ones, at least 2
 */
export async function profileStep(parts: StepParts, batch: HostBatch, steps: number): Promise<StepProfile> {
  const recordings: RecordingFacts[] = []
  const compiled = await createCompiledStep({ ...parts, recorded: (facts) => recordings.push(facts) }, { fallback: false })
  if (compiled === undefined) {
    throw new TesseraError('BACKEND_UNAVAILABLE', {
      what: 'a step can be profiled on the native backend alone',
      hint: 'npx tsx tools/doctor.ts says what it needs.',
    })
  }
  const times: number[] = []
  for (let iter = 0; iter < steps; iter++) times.push(await milliseconds(() => compiled.train(batch, iter)))
  const peakMemory = process.resourceUsage().maxRSS / 1024
  const eager = new EagerStep(parts.model, parts.seed, parts.optimWrapper, parts.inStep)
  // The first one warms up.
  await eager.train(batch, steps)
  let ops: TimedOp[] = []
  const opByOp = await milliseconds(async () => {
    ops = await timeOps(() => eager.train(batch, steps + 1), currentModulePath)
  })
  compiled.dispose()
  const facts = recordings[0]
  return {
    kinds: opKinds(ops, facts?.graph.nodes ?? []),
    ops,
    graph: {
      nodes: facts?.nodes ?? 0,
      bytes: facts?.bytes ?? 0,
      variables: facts?.states ?? 0,
      recordingMilliseconds: facts?.milliseconds ?? 0,
    },
    milliseconds: { first: times[0] ?? 0, compiled: median(times.slice(1)), opByOp },
    peakMemory,
  }
}

/** One kind under two names: tfjs-node computes every product as a batched one, which a recorded graph replaces where it is a batch of one. */
const SAME_KIND: Readonly<Record<string, string>> = { BatchMatMulV2: 'MatMul' }

/** By kind, most time first. */
export function opKinds(ops: readonly Pick<TimedOp, 'op' | 'duration'>[], nodes: readonly { readonly op: string }[]): OpKind[] {
  const kinds = new Map<string, { inGraph: number; runs: number; milliseconds: number }>()
  const kind = (name: string) => {
    const op = SAME_KIND[name] ?? name
    const known = kinds.get(op) ?? { inGraph: 0, runs: 0, milliseconds: 0 }
    kinds.set(op, known)
    return known
  }
  for (const { op } of nodes) kind(op).inGraph++
  for (const { op, duration } of ops) {
    const known = kind(op)
    known.runs++
    known.milliseconds += duration
  }
  return [...kinds].map(([op, known]) => ({ op, ...known })).sort((a, b) => b.milliseconds - a.milliseconds || b.inGraph - a.inGraph)
}

/** For chrome://tracing or Perfetto: each op of the step op by op, with its module. */
export function chromeTrace(ops: readonly TimedOp[]): string {
  const traceEvents = ops.map(({ op, where, start, duration }) => ({
    name: op,
    cat: 'op',
    ph: 'X',
    ts: Math.round(start * 1000),
    dur: Math.max(1, Math.round(duration * 1000)),
    pid: 1,
    tid: 1,
    args: { module: where },
  }))
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents })
}

/** Lines for a terminal. */
export function profileText({ kinds, graph, milliseconds: time, peakMemory }: StepProfile, rows = 20): string[] {
  const total = kinds.reduce((sum, kind) => sum + kind.milliseconds, 0) || 1
  const row = (cells: readonly [string, string, string, string, string]) =>
    `${cells[0].padEnd(34)}${cells[1].padStart(9)}${cells[2].padStart(9)}${cells[3].padStart(11)}${cells[4].padStart(8)}`
  return [
    row(['op', 'in graph', 'runs', 'ms', 'share']),
    ...kinds
      .filter(({ runs }) => runs > 0)
      .slice(0, rows)
      .map((kind) =>
        row([
          kind.op,
          String(kind.inGraph),
          String(kind.runs),
          kind.milliseconds.toFixed(2),
          `${((100 * kind.milliseconds) / total).toFixed(1)} %`,
        ]),
      ),
    '',
    'ms and share: op by op; a compiled step fuses some of these and runs others side by side.',
    `graph: ${graph.nodes} nodes, ${graph.variables} variables, ${(graph.bytes / 2 ** 20).toFixed(1)} MiB; recorded and loaded in ${Math.round(graph.recordingMilliseconds)} ms`,
    `step: ${time.compiled.toFixed(1)} ms compiled (the first ${Math.round(time.first)} ms, with recording and optimizing), ${time.opByOp.toFixed(1)} ms op by op`,
    `peak memory of the process, compiled: ${Math.round(peakMemory)} MiB`,
  ]
}

async function milliseconds(fn: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await fn()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}
