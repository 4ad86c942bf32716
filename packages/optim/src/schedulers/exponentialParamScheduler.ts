import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { exponentialRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** Not converted: of an epoch, it becomes that of an iteration. */
  gamma: v.number(),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface ExponentialParamSchedulerConfig extends ConfigOf<'ExponentialParamScheduler', typeof namedSchema> {}
interface ExponentialLRConfig extends ConfigOf<'ExponentialLR', typeof schema> {}
interface ExponentialMomentumConfig extends ConfigOf<'ExponentialMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    ExponentialParamScheduler: ExponentialParamSchedulerConfig
    ExponentialLR: ExponentialLRConfig
    ExponentialMomentum: ExponentialMomentumConfig
  }
}

const settings = v.object({ gamma: v.number() })

/** Times gamma every step (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class ExponentialParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { gamma } = options
    super(
      options,
      schedulerParts(schedule, settings, { gamma }, (own) => exponentialRule(own.gamma)),
      optimWrapper,
      logger,
    )
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class ExponentialLR extends ExponentialParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class ExponentialMomentum extends ExponentialParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}
