import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { warnOfRise } from './minimum.js'
import { ParamScheduler } from './paramScheduler.js'
import { polyRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** The same for every group. */
  eta_min: v.optional(v.number(), 0),
  power: v.optional(v.number(), 1),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface PolyParamSchedulerConfig extends ConfigOf<'PolyParamScheduler', typeof namedSchema> {}
interface PolyLRConfig extends ConfigOf<'PolyLR', typeof schema> {}
interface PolyMomentumConfig extends ConfigOf<'PolyMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    PolyParamScheduler: PolyParamSchedulerConfig
    PolyLR: PolyLRConfig
    PolyMomentum: PolyMomentumConfig
  }
}

const settings = v.object({ eta_min: v.number(), power: v.number(), total_iters: v.number() })

/** From the value to eta_min at `end` - 1, linearly or along a power (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class PolyParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { eta_min, power } = options
    const total_iters = schedule.end - schedule.begin - 1
    const parts = schedulerParts(schedule, settings, { eta_min, power, total_iters }, (own) =>
      polyRule(own.eta_min, own.power, own.total_iters),
    )
    super(options, parts, optimWrapper, logger)
    warnOfRise(optimWrapper, this.paramName, () => eta_min, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class PolyLR extends PolyParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class PolyMomentum extends PolyParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}
