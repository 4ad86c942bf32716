import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { multiStepRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'

const entries = {
  ...scheduleEntries,
  /** Counted from `begin`. */
  milestones: v.array(v.pipe(v.number(), v.integer())),
  gamma: v.optional(v.number(), 0.1),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })

interface MultiStepParamSchedulerConfig extends ConfigOf<'MultiStepParamScheduler', typeof namedSchema> {}
interface MultiStepLRConfig extends ConfigOf<'MultiStepLR', typeof schema> {}
interface MultiStepMomentumConfig extends ConfigOf<'MultiStepMomentum', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    MultiStepParamScheduler: MultiStepParamSchedulerConfig
    MultiStepLR: MultiStepLRConfig
    MultiStepMomentum: MultiStepMomentumConfig
  }
}

/** Times gamma at each milestone (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class MultiStepParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(
    options: v.InferOutput<typeof namedSchema>,
    optimWrapper: OptimWrapperContract,
    horizon: SchedulerHorizon = {},
    @inject(LOGGER) logger: Logger,
  ) {
    const schedule = resolveSchedule(options, horizon, 'MultiStepParamScheduler')
    const { gamma } = options
    const milestones = options.milestones.map((milestone) => milestone * schedule.unit)
    const rule = multiStepRule(milestones, gamma)
    const settings = { milestones: countOf(milestones), gamma }
    super({ paramName: options.param_name, schedule, rule, settings, verbose: options.verbose }, optimWrapper, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class MultiStepLR extends MultiStepParamScheduler {
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
export class MultiStepMomentum extends MultiStepParamScheduler {
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

function countOf(milestones: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const milestone of milestones) counts[milestone] = (counts[milestone] ?? 0) + 1
  return counts
}
