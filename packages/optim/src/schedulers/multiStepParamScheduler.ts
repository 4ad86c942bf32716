import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { multiStepRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** Counted from `begin`. */
  milestones: v.array(v.pipe(v.number(), v.integer())),
  gamma: v.optional(v.number(), 0.1),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({ ...entries, param_name: v.string() })
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

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

/** How often each milestone counts. */
const settings = v.object({ milestones: v.record(v.string(), v.number()), gamma: v.number() })

/** Times gamma at each milestone (MMEngine). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class MultiStepParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { gamma } = options
    const milestones = options.milestones.map((milestone) => milestone * schedule.unit)
    const parts = schedulerParts(schedule, settings, { milestones: countOf(milestones), gamma }, (own) =>
      multiStepRule(listOf(own.milestones), own.gamma),
    )
    super(options, parts, optimWrapper, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class MultiStepLR extends MultiStepParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class MultiStepMomentum extends MultiStepParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}

function listOf(counts: Readonly<Record<string, number>>): number[] {
  return Object.entries(counts).flatMap(([milestone, count]) => new Array<number>(count).fill(Number(milestone)))
}

function countOf(milestones: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const milestone of milestones) counts[milestone] = (counts[milestone] ?? 0) + 1
  return counts
}
