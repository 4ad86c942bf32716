import { type ConfigOf, inject, LOGGER, type Logger, PARAM_SCHEDULERS, TesseraError } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import { ParamScheduler } from './paramScheduler.js'
import { oneCyclePhases, oneCycleRule } from './rules.js'
import { resolveSchedule, type SchedulerHorizon, scheduleEntries } from './schedule.js'
import { schedulerParts } from './schedulerParts.js'

const entries = {
  ...scheduleEntries,
  /** The largest value: one for all groups, or one for each (base_param_settings, last, included). */
  eta_max: v.optional(v.union([v.number(), v.array(v.number())]), 0),
  /** Default `end` - `begin`. */
  total_steps: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1, 'Expected a positive whole number'))),
  /** The share of the steps in which the value rises. */
  pct_start: v.optional(
    v.pipe(
      v.number(),
      // A schedule that only rises, or only falls, would divide by an empty phase.
      v.check((value) => value >= 0 && value < 1, 'Expected a share in [0, 1)'),
    ),
    0.3,
  ),
  anneal_strategy: v.optional(v.picklist(['cos', 'linear']), 'cos'),
  /** The first value is eta_max / div_factor… */
  div_factor: v.optional(v.number(), 25),
  /** …and the last one that / final_div_factor. */
  final_div_factor: v.optional(v.number(), 1e4),
  /** Down to the first value, then on to the last, instead of straight to the last. */
  three_phase: v.optional(v.boolean(), false),
}
const schema = v.strictObject(entries)
const namedSchema = v.strictObject({
  ...entries,
  param_name: v.literal('lr', 'OneCycle only works for the learning rate'),
})

interface OneCycleParamSchedulerConfig extends ConfigOf<'OneCycleParamScheduler', typeof namedSchema> {}
interface OneCycleLRConfig extends ConfigOf<'OneCycleLR', typeof schema> {}
declare module '@tessera/core' {
  interface ParamSchedulerTypes {
    OneCycleParamScheduler: OneCycleParamSchedulerConfig
    OneCycleLR: OneCycleLRConfig
  }
}

const FUNCTIONS = { cos: '_annealing_cos', linear: '_annealing_linear' } as const
const settings = v.object({
  eta_max: v.union([v.number(), v.array(v.number())]),
  div_factor: v.number(),
  final_div_factor: v.number(),
  total_steps: v.number(),
  anneal_func: v.picklist(Object.values(FUNCTIONS)),
  _schedule_phases: v.array(v.object({ end_step: v.number(), start_lr: v.string(), end_lr: v.string() })),
})

/**
 * The 1cycle policy (Smith & Topin, "Super-Convergence", 2017; MMEngine, PyTorch). Not chainable: it sets the value, whatever other
 * schedulers did, and its first value becomes the groups' `initial_lr`.
 */
@PARAM_SCHEDULERS.registerModule()
export class OneCycleParamScheduler extends ParamScheduler {
  static readonly schema: v.GenericSchema = namedSchema
  static override readonly paramName: string = 'lr'

  constructor(
    options: v.InferOutput<typeof schema>,
    optimWrapper: OptimWrapperContract,
    horizon: SchedulerHorizon = {},
    @inject(LOGGER) logger: Logger,
  ) {
    const schedule = resolveSchedule(options, horizon, new.target.name)
    const { eta_max, pct_start, anneal_strategy, div_factor, final_div_factor, three_phase } = options
    const total_steps = typeof options.total_steps === 'number' ? options.total_steps * schedule.unit : schedule.end - schedule.begin
    const largest = typeof eta_max === 'number' ? optimWrapper.paramGroups.map(() => eta_max) : eta_max
    if (largest.length !== optimWrapper.paramGroups.length) {
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'eta_max needs a value for each parameter group',
        path: 'param_scheduler.eta_max',
        got: largest.length,
        expected: `${optimWrapper.paramGroups.length} values${optimWrapper.paramGroups.length > 1 ? ', base_param_settings included' : ''}`,
      })
    }
    optimWrapper.paramGroups.forEach((group, i) => {
      const largestValue = largest[i] ?? 0
      const initial = largestValue / div_factor
      Object.assign(group, { initial_lr: initial, max_lr: largestValue, min_lr: initial / final_div_factor })
    })
    const phases = oneCyclePhases(total_steps, pct_start, three_phase)
    const own = {
      eta_max,
      div_factor,
      final_div_factor,
      total_steps,
      anneal_func: FUNCTIONS[anneal_strategy],
      _schedule_phases: phases,
    }
    const parts = schedulerParts(schedule, settings, own, ({ _schedule_phases, anneal_func }) =>
      oneCycleRule(_schedule_phases, anneal_func === FUNCTIONS.cos ? 'cos' : 'linear'),
    )
    super(options, parts, optimWrapper, logger)
  }

  override step(): void {
    const { total_steps } = v.parse(settings, this.settings)
    if (this.isActiveAt(this.globalStep + 1) && this.lastStep + 1 > total_steps) {
      throw new TesseraError('INVALID_ARGUMENT', {
        what: 'a 1cycle schedule is over before the run is',
        path: 'param_scheduler.total_steps',
        got: total_steps,
        expected: 'as many steps as the run has, or an `end`',
      })
    }
    super.step()
  }
}

/** The same under the name that recipes use. */
@PARAM_SCHEDULERS.registerModule()
export class OneCycleLR extends OneCycleParamScheduler {
  static override readonly schema: v.GenericSchema = schema
}
