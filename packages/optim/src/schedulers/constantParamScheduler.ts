import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { constantRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

// Zero would be left by a division by zero: the chained form multiplies.
const factorSchema = v.pipe(
  v.number(),
  v.check((factor) => factor > 0 && factor <= 1, 'Expected a factor above 0 and at most 1'),
)
const entries = {
  ...scheduleEntries,
  factor: v.optional(factorSchema, 1 / 3),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface ConstantParamSchedulerConfig extends ConfigOf<'ConstantParamScheduler', typeof namedSchema> {}
interface ConstantLRConfig extends ConfigOf<'ConstantLR', typeof schema> {}
interface ConstantMomentumConfig extends ConfigOf<'ConstantMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    ConstantParamScheduler: ConstantParamSchedulerConfig
    ConstantLR: ConstantLRConfig
    ConstantMomentum: ConstantMomentumConfig
  }
}

const settings = v.object({ factor: v.number(), total_iters: v.number() })

/** factor times the value from `begin` to `end` - 1 (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class ConstantParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { factor } = options
    const total_iters = schedule.end - schedule.begin - 1
    const parts = schedulerParts(schedule, settings, { factor, total_iters }, (own) => constantRule(own.factor, own.total_iters))
    super(options, parts, optimWrapper, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class ConstantLR extends ConstantParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class ConstantMomentum extends ConstantParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}
