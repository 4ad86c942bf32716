import { type Logger, TesseraError } from '@tessera/core'
import type { OptimWrapperContract, ParamGroup } from '@tessera/nn'
import * as v from 'valibot'
import { betasOption, numberOption } from '../optimizers/groupOption.js'
import type { ScheduleRule } from './rules.js'
import type { Schedule } from './schedule.js'

/** What a kind of scheduler brings. */
export interface SchedulerParts {
  readonly schedule: Schedule
  readonly rule: ScheduleRule
  /** The rule's numbers, for the state dict, under MMEngine's names. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** What of the options every scheduler reads. */
export interface SchedulerOptions {
  readonly verbose: boolean
  readonly param_name?: string
}

const stateSchema = v.looseObject({
  param_name: v.string(),
  /** Not kept by a scheduler that does not look back at them. */
  base_values: v.optional(v.array(v.number())),
  last_step: v.pipe(v.number(), v.integer()),
  _global_step: v.pipe(v.number(), v.integer()),
})

/**
 * Changes one value of every parameter group as the run goes on (MMEngine's _ParamScheduler), base_param_settings included.
 * Building it does step 0. A momentum scheduler writes Adam's beta1.
 */
export abstract class ParamScheduler {
  /** Which value of the groups a class changes: `lr`, `momentum`, `weight_decay`; undefined leaves it to the option `param_name`. */
  static readonly paramName: string | undefined = undefined
  protected readonly paramName: string
  protected readonly schedule: Schedule
  protected readonly optimWrapper: OptimWrapperContract
  protected readonly logger: Logger
  protected lastStep = -1
  protected globalStep = -1
  private readonly parts: SchedulerParts
  private readonly verbose: boolean
  private baseValues: readonly number[]
  /** After this scheduler's last step: others may have changed it since. */
  private lastValues: readonly number[] = []

  constructor(options: SchedulerOptions, parts: SchedulerParts, optimWrapper: OptimWrapperContract, logger: Logger) {
    this.parts = parts
    this.schedule = parts.schedule
    this.optimWrapper = optimWrapper
    this.logger = logger
    this.verbose = options.verbose
    this.paramName = new.target.paramName ?? options.param_name ?? 'lr'
    const { paramName } = this
    const initial = `initial_${paramName}`
    this.baseValues = optimWrapper.paramGroups.map((group) => {
      if (paramName === 'momentum') prepareMomentum(group)
      if (!Object.hasOwn(group, initial)) group[initial] = numberOption(group, paramName)
      return numberOption(group, initial)
    })
    this.begin()
  }

  /** Whether `step` is due after each epoch, or after each iteration. */
  get byEpoch(): boolean {
    return this.schedule.byEpoch
  }

  step(): void {
    this.globalStep++
    if (this.isActive) this.act()
    this.remember()
  }

  /** Step 0, which belongs to building. */
  protected begin(): void {
    this.step()
  }

  protected get isActive(): boolean {
    return this.schedule.begin <= this.globalStep && this.globalStep < this.schedule.end
  }

  /** Writes a group's new value, and beta1 with a momentum. */
  protected write(group: ParamGroup, index: number, value: number): void {
    group[this.paramName] = value
    if (this.paramName === 'momentum' && hasBetas(group)) group['betas'] = [value, betasOption(group)[1]]
    if (this.verbose) this.logger.info(`Adjusting parameter value of group ${index} to ${value.toExponential(4)}.`)
  }

  protected remember(): void {
    this.lastValues = this.optimWrapper.paramGroups.map((group) => numberOption(group, this.paramName))
  }

  /** Whether the rule looks at the groups' values before any scheduler. */
  protected get keepsBase(): boolean {
    return true
  }

  /** What a kind keeps besides, for the state dict. */
  protected ownState(): Record<string, unknown> {
    return {}
  }

  /** Takes `ownState` back from a state dict. */
  protected loadOwnState(_state: Readonly<Record<string, unknown>>): void {}

  /** MMEngine's keys. */
  stateDict(): Record<string, unknown> {
    const { schedule, paramName, verbose } = this
    return {
      ...(paramName === 'momentum' ? { use_betas: this.optimWrapper.paramGroups.some(hasBetas) } : {}),
      ...this.parts.settings,
      ...this.ownState(),
      param_name: paramName,
      begin: schedule.begin,
      end: schedule.end,
      by_epoch: schedule.byEpoch,
      ...(this.keepsBase ? { base_values: [...this.baseValues] } : {}),
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
    const { param_name, base_values, last_step, _global_step } = readState(stateSchema, state)
    if (param_name !== this.paramName) throw mismatch('the scheduler state is for another value', 'param_name', param_name, this.paramName)
    if (this.keepsBase && base_values?.length !== this.baseValues.length) {
      throw mismatch('the scheduler state has another number of groups', 'base_values', base_values?.length, String(this.baseValues.length))
    }
    this.saySchedule(state)
    this.baseValues = base_values ?? this.baseValues
    this.lastStep = last_step
    this.globalStep = _global_step
    this.loadOwnState(state)
  }

  /** A run resumed with another length is what the user wants, and MMEngine ignores: say which numbers count. */
  private saySchedule(state: Readonly<Record<string, unknown>>): void {
    const { begin, end } = this.schedule
    const changed = Object.entries({ begin, end, ...this.parts.settings })
      .filter(([key, value]) => Object.hasOwn(state, key) && JSON.stringify(state[key]) !== JSON.stringify(value))
      .map(([key, value]) => `${key} ${JSON.stringify(value)} (the checkpoint has ${JSON.stringify(state[key])})`)
    if (changed.length > 0) this.logger.info(`${this.constructor.name} goes on as configured now: ${changed.join(', ')}.`)
  }

  private act(): void {
    this.lastStep++
    this.optimWrapper.paramGroups.forEach((group, i) => {
      this.write(group, i, this.parts.rule(numberOption(group, this.paramName), this.lastStep, this.baseValues[i] ?? 0, group))
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

/** The part of a state dict that a schema describes. @throws TesseraError STATE_DICT_MISMATCH */
export function readState<TSchema extends v.GenericSchema>(
  schema: TSchema,
  state: Readonly<Record<string, unknown>>,
): v.InferOutput<TSchema> {
  const parsed = v.safeParse(schema, state)
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  throw mismatch('the scheduler state is not one of ours', v.getDotPath(issue) ?? undefined, issue.input, issue.expected ?? undefined)
}

function mismatch(what: string, path: string | undefined, got: unknown, expected: string | undefined): TesseraError {
  return new TesseraError('STATE_DICT_MISMATCH', { what, path, got, expected })
}
