import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { BOTH_MINIMA, isOneMinimum, minimumEntries, readMinimum, warnOfRise } from './minimum.js'
import { ParamScheduler } from './paramScheduler.js'
import { cosineRestartRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** Steps of each period. */
  periods: v.pipe(
    v.array(
      v.pipe(
        v.number(),
        v.check((value) => value > 0, 'Expected a positive number'),
      ),
    ),
    v.minLength(1),
  ),
  /** What the value is multiplied by at the beginning of each period. */
  restart_weights: v.optional(v.array(v.number()), [1]),
  ...minimumEntries,
}
const LENGTHS = 'periods and restart_weights should have the same length'
const isOneEach = ({ periods, restart_weights }: { periods: readonly number[]; restart_weights: readonly number[] }) =>
  periods.length === restart_weights.length
const ONE = 'Expected eta_min or eta_min_ratio'
const hasMinimum = ({ eta_min, eta_min_ratio }: { eta_min?: unknown; eta_min_ratio?: unknown }) =>
  typeof eta_min === 'number' || typeof eta_min_ratio === 'number'
const schema = v.pipe(
  v.strictObject(entries),
  v.check((options) => isOneMinimum(options), BOTH_MINIMA),
  v.check((options) => hasMinimum(options), ONE),
  v.check((options) => isOneEach(options), LENGTHS),
)
const namedSchema = v.pipe(
  v.strictObject({ ...entries, param_name: v.string() }),
  v.check((options) => isOneMinimum(options), BOTH_MINIMA),
  v.check((options) => hasMinimum(options), ONE),
  v.check((options) => isOneEach(options), LENGTHS),
)
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface CosineRestartParamSchedulerConfig extends ConfigOf<'CosineRestartParamScheduler', typeof namedSchema> {}
interface CosineRestartLRConfig extends ConfigOf<'CosineRestartLR', typeof schema> {}
interface CosineRestartMomentumConfig extends ConfigOf<'CosineRestartMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    CosineRestartParamScheduler: CosineRestartParamSchedulerConfig
    CosineRestartLR: CosineRestartLRConfig
    CosineRestartMomentum: CosineRestartMomentumConfig
  }
}

const settings = v.object({
  periods: v.array(v.number()),
  ...minimumEntries,
  restart_weights: v.array(v.number()),
  cumulative_periods: v.array(v.number()),
})

/** Half a cosine a period, each restarting at its weight times the value (MMEngine; Loshchilov & Hutter, "SGDR", 2016). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class CosineRestartParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const minimum = readMinimum(options)
    const { restart_weights } = options
    const periods = options.periods.map((period) => period * schedule.unit)
    let sum = 0
    const cumulative_periods = periods.map((period) => {
      sum += period
      return sum
    })
    const parts = schedulerParts(schedule, settings, { periods, ...minimum.settings, restart_weights, cumulative_periods }, (own) =>
      cosineRestartRule(own.periods, own.restart_weights, readMinimum(own).minimumOf),
    )
    super(options, parts, optimWrapper, logger)
    warnOfRise(optimWrapper, this.paramName, minimum.minimumOf, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class CosineRestartLR extends CosineRestartParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class CosineRestartMomentum extends CosineRestartParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}
