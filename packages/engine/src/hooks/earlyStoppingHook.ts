import { type ConfigOf, HOOKS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { metricValue } from '../evaluation/evaluator.js'
import type { RunState } from '../run/runState.js'
import { Hook, type Metrics } from './hook.js'
import { inferRule, type Rule } from './metricRule.js'

const schema = v.strictObject({
  /** The metric to watch. */
  monitor: v.string(),
  /** Whether more or less of it is better; by its name when absent. */
  rule: v.optional(v.nullable(v.picklist(['greater', 'less']))),
  /** What counts as an improvement. */
  min_delta: v.optional(v.number(), 0.1),
  /** A metric that validation does not give is an error, not a warning. */
  strict: v.optional(v.boolean(), false),
  /** Stop when the metric is NaN or infinite. */
  check_finite: v.optional(v.boolean(), true),
  /** Validations without improvement before the end. */
  patience: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5),
  /** Stop at once when the metric is better than this. */
  stopping_threshold: v.optional(v.nullable(v.number())),
})

export interface EarlyStoppingHookConfig extends ConfigOf<'EarlyStoppingHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    EarlyStoppingHook: EarlyStoppingHookConfig
  }
}

/** What is known after some validations. */
export interface StoppingState {
  /** Validations without improvement. */
  readonly waited: number
  /** Undefined before the first. */
  readonly best: number | undefined
}

export interface StoppingRule {
  readonly rule: Rule
  readonly min_delta: number
  readonly check_finite: boolean
  readonly patience: number
  readonly stopping_threshold?: number | null | undefined
}

/** The state after one more value, and why to stop, if so (MMEngine's conditions, in its order). */
export function nextState(state: StoppingState, value: number, options: StoppingRule): { state: StoppingState; reason?: string } {
  const better = (a: number, b: number): boolean => (options.rule === 'greater' ? a > b : a < b)
  if (options.check_finite && !Number.isFinite(value)) return { state, reason: `it is ${value}` }
  const { stopping_threshold } = options
  if (stopping_threshold != null && better(value, stopping_threshold))
    return { state: { ...state, best: value }, reason: `${value} is ${options.rule} than ${stopping_threshold}` }
  const delta = options.rule === 'greater' ? options.min_delta : -options.min_delta
  if (state.best === undefined || !better(state.best + delta, value)) return { state: { waited: 0, best: value } }
  const waited = state.waited + 1
  const reason = `it did not improve in the last ${waited} validations; the best was ${state.best}`
  return { state: { ...state, waited }, ...(waited >= options.patience && { reason }) }
}

/** Ends training when a metric no longer improves (MMEngine's EarlyStoppingHook); unlike there, a resumed run goes on counting. */
@HOOKS.registerModule()
export class EarlyStoppingHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'LOWEST'
  private readonly rule: StoppingRule

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    this.rule = { ...options, rule: options.rule ?? inferRule(options.monitor, 'EarlyStoppingHook.monitor') }
  }

  override beforeTrain(run: RunState): void {
    if (this.read(run).waited < this.options.patience) return
    run.progress.stop = true
    run.logger.info(`Training was stopped early here (${this.options.monitor} did not improve). A larger patience lets it go on.`)
  }

  override afterValEpoch(run: RunState, metrics: Metrics): void {
    const { monitor, strict } = this.options
    const value = this.watched(metrics)
    if (typeof value !== 'number') {
      if (strict)
        throw new TesseraError('INVALID_OPTIONS', {
          what: 'validation gives no such number to watch',
          path: 'EarlyStoppingHook.monitor',
          got: monitor,
          expected: Object.keys(metrics).join(', '),
        })
      run.logger.warning(`EarlyStoppingHook: validation gives no number '${monitor}' (it gives ${Object.keys(metrics).join(', ')}).`)
      return
    }
    const { state, reason } = nextState(this.read(run), value, this.rule)
    // In the hub, and so in the checkpoint; before the first improvement there is no best.
    run.hub.updateInfo(this.key, { waited: state.waited, ...(state.best !== undefined && { best: state.best }) })
    if (reason === undefined) return
    run.progress.stop = true
    run.logger.info(`Training is stopped early: of ${monitor}, ${reason}.`)
  }

  private get key(): string {
    return `early_stopping_${this.options.monitor}`
  }

  private read(run: RunState): StoppingState {
    const known = v.safeParse(v.object({ waited: v.number(), best: v.optional(v.number()) }), run.hub.getInfo(this.key))
    return known.success ? { waited: known.output.waited, best: known.output.best } : { waited: 0, best: undefined }
  }

  private watched(metrics: Metrics): unknown {
    try {
      return metricValue(metrics, this.options.monitor)
    } catch {
      return undefined
    }
  }
}
