import { type Logger, TesseraError } from '@tessera/core'
import type { OptimWrapperContract, ParamGroup } from '@tessera/nn'
import * as v from 'valibot'
import { betasOption, numberOption } from '../optimizers/groupOption.js'
import type { ScheduleRule } from './rules.js'
import type { Schedule } from './schedule.js'

/** What a kind of scheduler brings. */
export interface SchedulerParts {
  /** Which value of a group it changes: `lr`, `momentum`, `weight_decay`. */
  readonly paramName: string
  readonly schedule: Schedule
  readonly rule: ScheduleRule
  /** The rule's numbers, for the state dict, under MMEngine's names. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly verbose: boolean
}

const stateSchema = v.looseObject({
  param_name: v.string(),
  base_values: v.array(v.number()),
  last_step: v.pipe(v.number(), v.integer()),
  _global_step: v.pipe(v.number(), v.integer()),
})

/**
 * Changes one value of every parameter group as the run goes on (MMEngine's _ParamScheduler), base_param_settings included.
 * Building it does step 0. A momentum scheduler writes Adam's beta1.
 */
export abstract class ParamScheduler {
  private readonly parts: SchedulerParts
  private readonly optimWrapper: OptimWrapperContract
  private readonly logger: Logger
  private baseValues: readonly number[]
  private lastStep = -1
  private globalStep = -1
  /** After this scheduler's last step: others may have changed it since. */
  private lastValues: readonly number[] = []

  constructor(parts: SchedulerParts, optimWrapper: OptimWrapperContract, logger: Logger) {
    this.parts = parts
    this.optimWrapper = optimWrapper
    this.logger = logger
    const { paramName } = parts
    const initial = `initial_${paramName}`
    this.baseValues = optimWrapper.paramGroups.map((group) => {
      if (paramName === 'momentum') prepareMomentum(group)
      if (!Object.hasOwn(group, initial)) group[initial] = numberOption(group, paramName)
      return numberOption(group, initial)
    })
    this.step()
  }

  /** Whether `step` is due after each epoch, or after each iteration. */
  get byEpoch(): boolean {
    return this.parts.schedule.byEpoch
  }

  step(): void {
    const { schedule, paramName } = this.parts
    this.globalStep++
    if (schedule.begin <= this.globalStep && this.globalStep < schedule.end) this.act()
    this.lastValues = this.optimWrapper.paramGroups.map((group) => numberOption(group, paramName))
  }

  /** MMEngine's keys. */
  stateDict(): Record<string, unknown> {
    const { schedule, paramName, settings, verbose } = this.parts
    return {
      ...(paramName === 'momentum' ? { use_betas: this.optimWrapper.paramGroups.some(hasBetas) } : {}),
      ...settings,
      param_name: paramName,
      begin: schedule.begin,
      end: schedule.end,
      by_epoch: schedule.byEpoch,
      base_values: [...this.baseValues],
      last_step: this.lastStep,
      _global_step: this.globalStep,
      verbose,
      _last_value: [...this.lastValues],
    }
  }

  /**
   * Takes over where the saved one stood. Its shape (`end`, `T_max`, …) stays as configured, so that a longer run can be resumed;
   * the groups' present values come with the optimizer's state.
   */
  loadStateDict(state: Readonly<Record<string, unknown>>): void {
    const parsed = v.safeParse(stateSchema, state)
    if (!parsed.success) {
      const issue = parsed.issues[0]
      throw mismatch('the scheduler state is not one of ours', v.getDotPath(issue) ?? undefined, issue.input, issue.expected ?? undefined)
    }
    const { param_name, base_values, last_step, _global_step } = parsed.output
    if (param_name !== this.parts.paramName)
      throw mismatch('the scheduler state is for another value', 'param_name', param_name, this.parts.paramName)
    if (base_values.length !== this.baseValues.length) {
      throw mismatch('the scheduler state has another number of groups', 'base_values', base_values.length, String(this.baseValues.length))
    }
    this.baseValues = base_values
    this.lastStep = last_step
    this.globalStep = _global_step
  }

  private act(): void {
    const { rule, paramName, verbose } = this.parts
    this.lastStep++
    this.optimWrapper.paramGroups.forEach((group, i) => {
      group[paramName] = rule(numberOption(group, paramName), this.lastStep, this.baseValues[i] ?? 0)
      if (paramName === 'momentum' && hasBetas(group)) group['betas'] = [numberOption(group, 'momentum'), betasOption(group)[1]]
      if (verbose) this.logger.info(`Adjusting parameter value of group ${i} to ${numberOption(group, paramName).toExponential(4)}.`)
    })
  }
}

function hasBetas(group: ParamGroup): boolean {
  return Object.hasOwn(group, 'betas')
}

/** Adam has no momentum of that name: its first decay rate goes under it, so that one scheduler serves all. */
function prepareMomentum(group: ParamGroup): void {
  if (hasBetas(group)) group['momentum'] = betasOption(group)[0]
  else if (!Object.hasOwn(group, 'momentum')) {
    throw new TesseraError('INVALID_CONFIG', {
      what: 'a momentum scheduler needs an optimizer with momentum or betas',
      path: 'param_scheduler',
    })
  }
}

function mismatch(what: string, path: string | undefined, got: unknown, expected: string | undefined): TesseraError {
  return new TesseraError('STATE_DICT_MISMATCH', { what, path, got, expected })
}
