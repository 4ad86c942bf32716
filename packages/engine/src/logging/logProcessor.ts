import { type ConfigOf, LOG_PROCESSORS, suggest, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { type HistoryBuffer, statisticNames } from './historyBuffer.js'
import { epochLine, isTime, iterLine, type LogMode, type LogPosition, splitTimes } from './logText.js'

function isPattern(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

const customSchema = v.strictObject({
  /** Scalar to read, without `train/`. */
  data_src: v.string(),
  /** Name to log it under; default `data_src`. */
  log_name: v.optional(v.string()),
  method_name: v.optional(v.string(), 'mean'),
  /** A number of iterations, `epoch`, or `global`. Default: the whole history. */
  window_size: v.optional(v.union([v.pipe(v.number(), v.integer(), v.minValue(1)), v.picklist(['epoch', 'global'])])),
})

const schema = v.strictObject({
  /** Iterations over which losses and times are averaged. */
  window_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 10),
  by_epoch: v.optional(v.boolean(), true),
  custom_cfg: v.optional(v.nullable(v.array(customSchema))),
  num_digits: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 4),
  /** Keep `train/` in the names of the JSON log. */
  log_with_hierarchy: v.optional(v.boolean(), false),
  /** Names (a regular expression) that are averaged over the window; others show their last value. */
  mean_pattern: v.optional(v.pipe(v.string(), v.check(isPattern, 'Invalid regular expression')), '.*(loss|time|data_time|grad_norm).*'),
})

type Options = v.InferOutput<typeof schema>
type CustomConfig = v.InferOutput<typeof customSchema>
export interface LogProcessorConfig extends ConfigOf<'LogProcessor', typeof schema> {}
declare module '@tessera/core' {
  interface LogProcessorTypes {
    LogProcessor: LogProcessorConfig
  }
}

/** One line for people and the same as scalars for the JSON log. */
export interface LogEntry {
  readonly scalars: Record<string, unknown>
  readonly line: string
}

/** Turns the message hub's history into log lines (MMEngine's LogProcessor; the text itself is made in logText.ts). */
@LOG_PROCESSORS.registerModule()
export class LogProcessor {
  static readonly schema = schema
  readonly byEpoch: boolean
  private readonly options: Options
  private readonly custom: readonly CustomConfig[]
  private readonly meanPattern: RegExp

  constructor(options: Options) {
    this.options = options
    this.byEpoch = options.by_epoch
    this.custom = options.custom_cfg ?? []
    this.meanPattern = new RegExp(options.mean_pattern)
    checkCustom(this.custom, options.by_epoch)
  }

  /** @param batchIndex from 0 within the loader */
  afterIter(run: RunState, batchIndex: number, mode: LogMode): LogEntry {
    const at = this.position(run, batchIndex + 1, mode)
    const windows = { epoch: batchIndex + 1, global: run.progress.iter + 1 }
    const shown = this.collect(run, mode, this.custom, windows)
    const tag = this.options.log_with_hierarchy ? this.collect(run, mode, this.custom, windows, `${mode}/`) : shown
    const eta = run.hub.getInfo('eta')
    const scalars: Record<string, unknown> = Object.fromEntries(tag)
    if (this.byEpoch && mode !== 'test') scalars['epoch'] = at.epoch
    scalars['iter'] = at.maxEpochs === undefined && run.progress.maxIters === 0 ? 0 : run.progress.iter + 1
    return { scalars, line: iterLine(at, shown, typeof eta === 'number' ? eta : undefined, this.options.num_digits) }
  }

  /** Times are means over this pass; MMEngine's LoggerHook takes one batch more, of the pass before. */
  afterEpoch(run: RunState, mode: 'val' | 'test'): LogEntry {
    const length = run.loaders[mode]?.length ?? 0
    const at = this.position(run, length, mode)
    const times = ['time', 'data_time'].filter((name) => !this.custom.some(({ data_src }) => data_src === name))
    const custom = [...this.custom, ...times.map((data_src): CustomConfig => ({ data_src, method_name: 'mean', window_size: 'epoch' }))]
    const prefix = this.options.log_with_hierarchy ? `${mode}/` : ''
    const scalars = this.collect(run, mode, custom, { epoch: length, global: run.progress.iter + 1 }, prefix)
    const facts = new Map(Object.entries(run.metricFacts[mode] ?? {}).map(([name, value]) => [prefix + name, value]))
    const { metrics, times: timeScalars } = splitTimes(scalars)
    return { scalars: Object.fromEntries([...metrics, ...timeScalars]), line: epochLine(at, scalars, facts, this.options.num_digits) }
  }

  private collect(
    run: RunState,
    mode: LogMode,
    custom: readonly CustomConfig[],
    windows: Record<'epoch' | 'global', number>,
    prefix = '',
  ): Map<string, number> {
    const history = new Map<string, HistoryBuffer>()
    for (const [key, buffer] of run.hub.scalars) if (key.startsWith(`${mode}/`)) history.set(key.slice(mode.length + 1), buffer)
    const scalars = new Map<string, number>()
    for (const [name, buffer] of history)
      scalars.set(prefix + name, this.isAveraged(mode, name) ? buffer.mean(this.options.window_size) : buffer.current())
    for (const { data_src, log_name, method_name, window_size } of custom) {
      const buffer = history.get(data_src)
      const window = typeof window_size === 'string' ? windows[window_size] : window_size
      if (buffer !== undefined) scalars.set(prefix + (log_name ?? data_src), buffer.statistics(method_name, window))
    }
    return scalars
  }

  /** Entries of a validation are validations, one mean each already: only times are batches. MMEngine averages a `val_loss` over ten epochs. */
  private isAveraged(mode: LogMode, name: string): boolean {
    return this.meanPattern.test(name) && (mode === 'train' || isTime(name))
  }

  private position(run: RunState, batch: number, mode: LogMode): LogPosition {
    const { epoch, iter, maxEpochs, maxIters } = run.progress
    const training = maxIters > 0
    return {
      mode,
      byEpoch: this.byEpoch,
      batch,
      length: run.loaders[mode]?.length ?? 0,
      epoch: mode === 'train' ? epoch + 1 : epoch,
      maxEpochs: training ? maxEpochs : undefined,
      iter: iter + 1,
      maxIters,
    }
  }
}

function checkCustom(custom: readonly CustomConfig[], byEpoch: boolean): void {
  const names = new Set<string>()
  for (const { data_src, log_name, window_size, method_name } of custom) {
    const name = log_name ?? data_src
    if (names.has(name))
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'two entries are logged under one name',
        path: 'log_processor.custom_cfg',
        got: name,
        hint: 'Give one of them a log_name of its own.',
      })
    names.add(name)
    // Here, and not when the first line is due: by then a model has been built and an epoch may have gone by.
    const known = statisticNames()
    if (!known.includes(method_name)) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'there is no such statistic',
        path: 'log_processor.custom_cfg',
        got: method_name,
        expected: known.join(', '),
        nearest: suggest(method_name, known),
      })
    }
    if (window_size === 'epoch' && !byEpoch) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: "window_size 'epoch' needs by_epoch",
        path: 'log_processor.custom_cfg',
        got: window_size,
        expected: "a number or 'global'",
      })
    }
  }
}
