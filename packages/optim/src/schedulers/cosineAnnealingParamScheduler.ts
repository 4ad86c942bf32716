import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { BOTH_MINIMA, isOneMinimum, minimumEntries, readMinimum, warnOfRise } from './minimum.js'
import { ParamScheduler } from './paramScheduler.js'
import { cosineRule, keepingZero } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** Steps from the value to its minimum; default `end` - `begin`. */
  T_max: v.nullish(
    v.pipe(
      v.number(),
      v.check((value) => value > 0, 'Expected a positive number'),
    ),
  ),
  ...minimumEntries,
}
const schema = v.pipe(
  v.strictObject(entries),
  v.check((options) => isOneMinimum(options), BOTH_MINIMA),
)
const namedSchema = v.pipe(
  v.strictObject({ ...entries, param_name: v.string() }),
  v.check((options) => isOneMinimum(options), BOTH_MINIMA),
)
type Options = v.InferOutput<typeof schema> & { readonly param_name?: string }

interface CosineAnnealingParamSchedulerConfig extends ConfigOf<'CosineAnnealingParamScheduler', typeof namedSchema> {}
interface CosineAnnealingLRConfig extends ConfigOf<'CosineAnnealingLR', typeof schema> {}
interface CosineAnnealingMomentumConfig extends ConfigOf<'CosineAnnealingMomentum', typeof schema> {}
interface CosineAnnealingWeightDecayConfig extends ConfigOf<'CosineAnnealingWeightDecay', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    CosineAnnealingParamScheduler: CosineAnnealingParamSchedulerConfig
    CosineAnnealingLR: CosineAnnealingLRConfig
    CosineAnnealingMomentum: CosineAnnealingMomentumConfig
    CosineAnnealingWeightDecay: CosineAnnealingWeightDecayConfig
  }
}

const settings = v.object({ T_max: v.number(), ...minimumEntries })

/** Half a cosine from the value to its minimum (MMEngine; Loshchilov & Hutter, "SGDR", 2016). Of any value of the groups: `param_name`. */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema
  /** Whether a group whose value was 0 keeps it. */
  static readonly keepsZero: boolean = false

  constructor(options: Options, optimWrapper: OptimWrapperContract, horizon: SchedulerHorizon = {}, @inject(LOGGER) logger: Logger) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const minimum = readMinimum(options)
    const { keepsZero } = new.target
    const T_max = typeof options.T_max === 'number' ? options.T_max * schedule.unit : schedule.end - schedule.begin
    const parts = schedulerParts(schedule, settings, { T_max, ...minimum.settings }, (own) => {
      const cosine = cosineRule(readMinimum(own).minimumOf, own.T_max)
      return keepsZero ? keepingZero(cosine) : cosine
    })
    super(options, parts, optimWrapper, logger)
    warnOfRise(optimWrapper, this.paramName, minimum.minimumOf, logger)
  }
}

/** The same of `lr`. */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingLR extends CosineAnnealingParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'lr'
}

/** The same of momentum, or of Adam's beta1. */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingMomentum extends CosineAnnealingParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'momentum'
}

/** The same of weight decay; groups without any stay without (MMPreTrain). */
@PARAM_SCHEDULERS.registerModule()
export class CosineAnnealingWeightDecay extends CosineAnnealingParamScheduler {
  static override readonly schema: v.GenericSchema = schema
  static override readonly paramName = 'weight_decay'
  static override readonly keepsZero = true
}
