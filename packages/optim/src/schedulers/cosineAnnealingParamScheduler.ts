import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { numberOption } from '../optimizers/groupOption.js'
import { ParamScheduler } from './paramScheduler.js'
import { cosineRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'

const entries = {
  ...scheduleEntries,
  /** Steps from the value to its minimum; default `end` - `begin`. */
  T_max: v.nullish(
    v.pipe(
      v.number(),
      v.check((value) => value > 0, 'Expected a positive number'),
    ),
  ),
  /** The same for every group; default 0. */
  eta_min: v.nullish(v.number()),
  /** A share of each group's own value, instead of `eta_min`. */
  eta_min_ratio: v.nullish(v.number()),
}
const isOneMinimum = ({ eta_min, eta_min_ratio }: { eta_min?: unknown; eta_min_ratio?: unknown }) =>
  typeof eta_min !== 'number' || typeof eta_min_ratio !== 'number'
const BOTH = 'Expected eta_min or eta_min_ratio, not both'
const schema = v.pipe(
  v.strictObject(entries),
  v.check((options) => isOneMinimum(options), BOTH),
)
const namedSchema = v.pipe(
  v.strictObject({ ...entries, param_name: v.string() }),
  v.check((options) => isOneMinimum(options), BOTH),
)

interface CosineAnnealingParamSchedulerConfig extends ConfigOf<'CosineAnnealingParamScheduler', typeof namedSchema> {}
interface CosineAnnealingLRConfig extends ConfigOf<'CosineAnnealingLR', typeof schema> {}
interface CosineAnnealingMomentumConfig extends ConfigOf<'CosineAnnealingMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    CosineAnnealingParamScheduler: CosineAnnealingParamSchedulerConfig
    CosineAnnealingLR: CosineAnnealingLRConfig
    CosineAnnealingMomentum: CosineAnnealingMomentumConfig
  }
}

/** Half a cosine from the value to its minimum (MMEngine; Loshchilov & Hutter, "SGDR", 2016). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(
    options: v.InferOutput<typeof namedSchema>,
    optimWrapper: OptimWrapperContract,
    horizon: SchedulerHorizon = {},
    @inject(LOGGER) logger: Logger,
  ) {
    const schedule = resolveSchedule(options, horizon, 'CosineAnnealingParamScheduler')
    const { param_name, eta_min_ratio } = options
    const eta_min = options.eta_min ?? 0
    const T_max = typeof options.T_max === 'number' ? options.T_max * schedule.unit : schedule.end - schedule.begin
    const minimumOf = (base: number) => (typeof eta_min_ratio === 'number' ? base * eta_min_ratio : eta_min)
    const rule = cosineRule(minimumOf, T_max)
    const settings = { T_max, eta_min: typeof eta_min_ratio === 'number' ? null : eta_min, eta_min_ratio: eta_min_ratio ?? null }
    super({ paramName: options.param_name, schedule, rule, settings, verbose: options.verbose }, optimWrapper, logger)
    const rising = optimWrapper.paramGroups.filter(
      (group) => numberOption(group, `initial_${param_name}`) < minimumOf(numberOption(group, `initial_${param_name}`)),
    )
    if (rising.length > 0 && param_name === 'lr') {
      const name = rising[0]?.params[0]?.name ?? 'base_param_settings'
      logger.warning(
        `eta_min ${eta_min} is above the learning rate of ${rising.length} parameter groups (the first: ${name}), which will rise to it. ` +
          'eta_min_ratio gives each group its own minimum.',
      )
    }
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingLR extends CosineAnnealingParamScheduler {
  static override readonly schema: v.GenericSchema = schema

  constructor(
    options: v.InferOutput<typeof schema>,
    optimWrapper: OptimWrapperContract,
    horizon: SchedulerHorizon = {},
    @inject(LOGGER) logger: Logger,
  ) {
    super({ ...options, param_name: 'lr' }, optimWrapper, horizon, logger)
  }
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingMomentum extends CosineAnnealingParamScheduler {
  static override readonly schema: v.GenericSchema = schema

  constructor(
    options: v.InferOutput<typeof schema>,
    optimWrapper: OptimWrapperContract,
    horizon: SchedulerHorizon = {},
    @inject(LOGGER) logger: Logger,
  ) {
    super({ ...options, param_name: 'momentum' }, optimWrapper, horizon, logger)
  }
}
