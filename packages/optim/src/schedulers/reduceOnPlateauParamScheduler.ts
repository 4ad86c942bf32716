import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS, suggest, TesseraError } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { numberOption } from '../optimizers/groupOption.js'
import { ParamScheduler } from './paramScheduler.js'
import { type PlateauState, watch, worstOf } from './plateau.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { readState, schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  by_epoch: v.optional(v.literal(true, 'ReduceOnPlateau only supports by_epoch: true'), true),
  convert_to_iter_based: v.optional(v.literal(false, 'ReduceOnPlateau cannot be converted: it acts after validation'), false),
  /** Name of the metric that validation gives. */
  monitor: v.optional(v.string(), 'loss'),
  /** Whether less or more of it is better. */
  rule: v.optional(v.picklist(['less', 'greater']), 'less'),
  factor: v.optional(
    v.pipe(
      v.number(),
      v.check((factor) => factor < 1, 'Factor should be < 1.0'),
    ),
    0.1,
  ),
  /** Validations without improvement that are let pass. */
  patience: v.optional(v.number(), 10),
  /** How much better counts as better. */
  threshold: v.optional(v.pipe(v.number(), v.minValue(0, 'threshold should be >= 0')), 1e-4),
  /** Whether the threshold is a share of the best metric. */
  threshold_rule: v.optional(v.picklist(['rel', 'abs']), 'rel'),
  /** Validations after a reduction in which nothing is counted. */
  cooldown: v.optional(v.number(), 0),
  /** One for all groups, or one for each (without base_param_settings, which takes the last). */
  min_value: v.optional(v.union([v.number(), v.array(v.number())]), 0),
  /** A smaller reduction is left undone. */
  eps: v.optional(v.number(), 1e-8),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface ReduceOnPlateauParamSchedulerConfig extends ConfigOf<'ReduceOnPlateauParamScheduler', typeof namedSchema> {}
interface ReduceOnPlateauLRConfig extends ConfigOf<'ReduceOnPlateauLR', typeof schema> {}
interface ReduceOnPlateauMomentumConfig extends ConfigOf<'ReduceOnPlateauMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    ReduceOnPlateauParamScheduler: ReduceOnPlateauParamSchedulerConfig
    ReduceOnPlateauLR: ReduceOnPlateauLRConfig
    ReduceOnPlateauMomentum: ReduceOnPlateauMomentumConfig
  }
}

const settings = v.object({
  factor: v.number(),
  min_values: v.array(v.number()),
  patience: v.number(),
  cooldown: v.number(),
  eps: v.number(),
  monitor: v.string(),
  rule: v.picklist(['less', 'greater']),
  threshold: v.number(),
  threshold_rule: v.picklist(['rel', 'abs']),
  rule_worse: v.number(),
})

const stateSchema = v.looseObject({ best: v.number(), num_bad_epochs: v.number(), cooldown_counter: v.number() })

/**
 * Times factor when a metric of the validation has stopped improving (MMEngine, PyTorch). `step()` counts an epoch, `step(metrics)`
 * after a validation acts. Of any value of the groups: `param_name`.
 */
@PARAM_SCHEDULERS.registerModule()
export class ReduceOnPlateauParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema
  /** Whoever steps it hands over the metrics of each validation. */
  readonly needValArgs = true
  private watched: PlateauState

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { monitor, factor, patience, cooldown, eps, rule, threshold, threshold_rule } = options
    const min_values = minimaOf(options.min_value, optimWrapper)
    const own = { factor, min_values, patience, cooldown, eps, monitor, rule, threshold, threshold_rule, rule_worse: worstOf(rule) }
    super(
      options,
      schedulerParts(schedule, settings, own, () => (current) => current),
      optimWrapper,
      logger,
    )
    this.watched = { best: worstOf(options.rule), num_bad_epochs: 0, cooldown_counter: 0 }
  }

  /** @throws TesseraError INVALID_ARGUMENT when the metrics lack the one to watch */
  override step(metrics?: Readonly<Record<string, unknown>>): void {
    if (metrics === undefined) {
      this.globalStep++
      return
    }
    if (this.isActiveAt(this.globalStep)) {
      this.lastStep++
      const { state, reduce } = watch(this.watched, this.metricOf(metrics), this.watching)
      this.watched = state
      if (reduce) this.reduce()
    }
    this.remember()
  }

  /** Building it is no step. */
  protected override begin(): void {
    this.globalStep = 0
    this.remember()
  }

  protected override get keepsBase(): boolean {
    return false
  }

  protected override ownState(): Record<string, unknown> {
    return { ...this.watched }
  }

  protected override loadOwnState(state: Readonly<Record<string, unknown>>): void {
    const { best, num_bad_epochs, cooldown_counter } = readState(stateSchema, state)
    this.watched = { best, num_bad_epochs, cooldown_counter }
  }

  /** What it watches and how, as configured or as a state dict had it. */
  private get watching(): v.InferOutput<typeof settings> {
    return v.parse(settings, this.settings)
  }

  private reduce(): void {
    const { factor, min_values, eps } = this.watching
    this.optimWrapper.paramGroups.forEach((group, i) => {
      const value = numberOption(group, this.paramName)
      const next = Math.max(value * factor, min_values[i] ?? 0)
      if (value - next > eps) this.write(group, i, next)
    })
  }

  private metricOf(metrics: Readonly<Record<string, unknown>>): number {
    const { monitor } = this.watching
    const value = Object.hasOwn(metrics, monitor) ? metrics[monitor] : undefined
    if (typeof value === 'number') return value
    throw new TesseraError('INVALID_ARGUMENT', {
      what: `the validation has no metric '${monitor}' that a scheduler watches`,
      path: 'param_scheduler.monitor',
      nearest: suggest(monitor, Object.keys(metrics)),
      expected: `one of ${Object.keys(metrics).join(', ')}`,
    })
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class ReduceOnPlateauLR extends ReduceOnPlateauParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class ReduceOnPlateauMomentum extends ReduceOnPlateauParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}

function minimaOf(given: number | readonly number[], { paramGroups }: OptimWrapperContract): number[] {
  if (typeof given === 'number') return paramGroups.map(() => given)
  const last = given.at(-1)
  const own = paramGroups.length > 1 ? paramGroups.length - 1 : paramGroups.length
  if (given.length !== own || last === undefined) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'min_value needs a value for each parameter group',
      path: 'param_scheduler.min_value',
      got: given.length,
      expected: `${own} values`,
    })
  }
  return own === paramGroups.length ? [...given] : [...given, last]
}
