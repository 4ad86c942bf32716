import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { type ConfigOf, HOOKS, TesseraError } from '@tessera/core'
import { tf } from '@tessera/runtime'
import * as v from 'valibot'
import { profilePhase } from '../profiling/schedule.js'
import { chromeEvents, type MemorySample, type Trace, traceTable } from '../profiling/trace.js'
import type { RunState } from '../run/runState.js'
import type { Span } from '../run/spans.js'
import { Hook } from './hook.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const positive = v.pipe(v.number(), v.integer(), v.minValue(1))

const OPS = 'a compiled step is one op to the host; tools/profile_step.ts shows its ops, tools/analysis/get_flops.ts its multiply-adds'

/** A switch of PyTorch's that stands still here, and why. */
function only(value: boolean, why: string) {
  return v.pipe(
    v.boolean(),
    v.check((given) => given === value, why),
  )
}

const scheduleSchema = v.strictObject({
  /** Steps of a cycle that are left out. */
  wait: v.optional(count, 0),
  /** Steps after them that are left out, too: what they cost is no rule. */
  warmup: v.optional(count, 0),
  /** Steps that are recorded. */
  active: positive,
  /** Cycles; 0: to the end. */
  repeat: v.optional(count, 0),
  /** Steps before the first cycle. */
  skip_first: v.optional(count, 0),
})

const logTraceSchema = v.strictObject({
  type: v.literal('log_trace'),
  /** PyTorch's names for what the table is sorted by. */
  sort_by: v.optional(v.picklist(['cpu_time_total', 'self_cpu_time_total', 'cpu_time', 'count']), 'cpu_time_total'),
  /** At most so many rows. */
  row_limit: v.optional(positive, 100),
})

const fileTraceSchema = v.strictObject({
  type: v.literal('tb_trace'),
  /** Folder of the traces, below the run's folder unless absolute. */
  dir_name: v.optional(v.string(), 'tf_tracing_logs'),
  /** Stands in the files' names. */
  worker_name: v.optional(v.string()),
})

const schema = v.strictObject({
  /** Profile one epoch; else `profile_times` iterations. */
  by_epoch: v.optional(v.boolean(), true),
  /** Iterations (or epochs, of which one is all that is offered) to profile. */
  profile_times: v.optional(positive, 1),
  /** There is nothing else to profile. */
  activity_with_cpu: v.optional(only(true, 'the processor is all there is to profile'), true),
  /** Not offered: there is no CUDA here. */
  activity_with_cuda: v.optional(only(false, 'there is no CUDA here to profile'), false),
  /** Which steps are recorded; all of them by default. */
  schedule: v.optional(v.nullable(scheduleSchema)),
  /** What is done with each recorded cycle: a table in the log, or a file for trace viewers. */
  on_trace_ready: v.optional(v.nullable(v.variant('type', [logTraceSchema, fileTraceSchema]))),
  /** Not offered: see tools/profile_step.ts. */
  record_shapes: v.optional(only(false, OPS), false),
  /** Also resident memory and the number of tensors after each step. */
  profile_memory: v.optional(v.boolean(), false),
  /** Not offered: see tools/profile_step.ts. */
  with_stack: v.optional(only(false, OPS), false),
  /** Not offered: see tools/analysis/get_flops.ts. */
  with_flops: v.optional(only(false, OPS), false),
  /** Write the whole as a Chrome trace (chrome://tracing, Perfetto). */
  json_trace_path: v.optional(v.nullable(v.string())),
})

type Options = v.InferOutput<typeof schema>
export interface ProfilerHookConfig extends ConfigOf<'ProfilerHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    ProfilerHook: ProfilerHookConfig
  }
}

const SORTED_BY = { cpu_time_total: 'total', self_cpu_time_total: 'total', cpu_time: 'mean', count: 'count' } as const

/**
 * What the first epoch (or so many iterations) of training spends its time on: waiting for data, steps, each hook, validation
 * (MMEngine's ProfilerHook). It costs next to nothing, and changes no number.
 */
@HOOKS.registerModule()
export class ProfilerHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'VERY_LOW'
  private cycle: { spans: Span[]; memory: MemorySample[] } = { spans: [], memory: [] }
  private readonly all: { spans: Span[]; memory: MemorySample[] } = { spans: [], memory: [] }
  private steps = 0
  private traces = 0
  private open = false
  private stepEnded = 0

  constructor(private readonly options: Options) {
    super()
    if (options.by_epoch && options.profile_times > 1)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'one epoch says it all',
        path: 'ProfilerHook.profile_times',
        got: options.profile_times,
        expected: '1, or by_epoch: false to count iterations',
      })
  }

  override beforeTrain(run: RunState): void {
    if (!this.options.by_epoch && this.options.profile_times > run.progress.maxIters)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'training has fewer iterations than are to be profiled',
        path: 'ProfilerHook.profile_times',
        got: this.options.profile_times,
        expected: `at most ${run.progress.maxIters}`,
      })
    this.open = true
    this.stepEnded = performance.now()
    run.spans.listener = (span) => this.record(span)
  }

  override beforeTrainIter(): void {
    const now = performance.now()
    this.record({ name: 'data', category: 'data', start: this.stepEnded, duration: now - this.stepEnded })
  }

  override afterTrainIter(run: RunState): void {
    if (!this.open) return
    const phase = this.phase
    if (phase !== 'idle' && this.options.profile_memory)
      this.cycle.memory.push({ time: performance.now(), resident: process.memoryUsage.rss() / 2 ** 20, tensors: tf.memory().numTensors })
    if (phase === 'record and save') this.save(run)
    this.steps++
    this.stepEnded = performance.now()
    if (!this.options.by_epoch && this.steps === this.options.profile_times) this.finish(run)
  }

  override afterTrainEpoch(run: RunState): void {
    this.finish(run)
  }

  private get phase() {
    return profilePhase(this.steps, this.options.schedule ?? undefined)
  }

  private record(span: Span): void {
    if (this.open && this.phase !== 'idle') this.cycle.spans.push(span)
  }

  /** Closes the profile, once. */
  private finish(run: RunState): void {
    if (!this.open) return
    this.open = false
    run.spans.listener = undefined
    if (this.cycle.spans.length > 0) this.save(run)
    const { json_trace_path } = this.options
    if (json_trace_path == null) return
    const file = path.resolve(json_trace_path)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, chromeEvents(this.all))
    run.logger.info(`The profile of ${this.steps} iterations is in ${file}.`)
  }

  private save(run: RunState): void {
    const trace: Trace = this.cycle
    this.all.spans.push(...trace.spans)
    this.all.memory.push(...trace.memory)
    this.cycle = { spans: [], memory: [] }
    const { on_trace_ready } = this.options
    if (on_trace_ready == null) return
    if (on_trace_ready.type === 'log_trace') {
      run.logger.info(`Profile:\n${traceTable(trace, SORTED_BY[on_trace_ready.sort_by], on_trace_ready.row_limit)}`)
      return
    }
    const folder = path.resolve(run.logDir, on_trace_ready.dir_name)
    mkdirSync(folder, { recursive: true })
    const name = `${on_trace_ready.worker_name ?? `${hostname()}_${process.pid}`}.${Date.now()}${this.traces++}.pt.trace.json`
    writeFileSync(path.join(folder, name), chromeEvents(trace))
    run.logger.info(`A profile is in ${path.join(folder, name)}.`)
  }
}
