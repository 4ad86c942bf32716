import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { stepRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** Steps between two decays. */
  step_size: v.pipe(v.number(), v.integer(), v.minValue(1, 'Expected a positive whole number')),
  gamma: v.optional(v.number(), 0.1),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface StepParamSchedulerConfig extends ConfigOf<'StepParamScheduler', typeof namedSchema> {}
interface StepLRConfig extends ConfigOf<'StepLR', typeof schema> {}
interface StepMomentumConfig extends ConfigOf<'StepMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    StepParamScheduler: StepParamSchedulerConfig
    StepLR: StepLRConfig
    StepMomentum: StepMomentumConfig
  }
}

const settings = v.object({ step_size: v.number(), gamma: v.number() })

/** Times gamma every step_size steps (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class StepParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { gamma } = options
    const step_size = options.step_size * schedule.unit
    const parts = schedulerParts(schedule, settings, { step_size, gamma }, (own) => stepRule(own.step_size, own.gamma))
    super(options, parts, optimWrapper, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class StepLR extends StepParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class StepMomentum extends StepParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}
