import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { linearRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

// Zero would be left by a division by zero: the chained form multiplies.
const startFactor = v.pipe(
  v.number(),
  v.check((factor) => factor > 0 && factor <= 1, 'Expected a factor above 0 and at most 1'),
)
const endFactor = v.pipe(
  v.number(),
  v.check((factor) => factor >= 0 && factor <= 1, 'Expected a factor between 0 and 1'),
)
const entries = {
  ...scheduleEntries,
  start_factor: v.optional(startFactor, 1 / 3),
  end_factor: v.optional(endFactor, 1),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface LinearParamSchedulerConfig extends ConfigOf<'LinearParamScheduler', typeof namedSchema> {}
interface LinearLRConfig extends ConfigOf<'LinearLR', typeof schema> {}
interface LinearMomentumConfig extends ConfigOf<'LinearMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    LinearParamScheduler: LinearParamSchedulerConfig
    LinearLR: LinearLRConfig
    LinearMomentum: LinearMomentumConfig
  }
}

const settings = v.object({ start_factor: v.number(), end_factor: v.number(), total_iters: v.number() })

/** Warm-up: linearly from start_factor times the value at `begin` to end_factor times it at `end` - 1 (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class LinearParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { start_factor, end_factor } = options
    const total_iters = schedule.end - schedule.begin - 1
    const parts = schedulerParts(schedule, settings, { start_factor, end_factor, total_iters }, (own) =>
      linearRule(own.start_factor, own.end_factor, own.total_iters),
    )
    super(options, parts, optimWrapper, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class LinearLR extends LinearParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class LinearMomentum extends LinearParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}
