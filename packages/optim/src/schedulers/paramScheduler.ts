import { type Logger, TesseraError } from '@tessera/core'
import type { OptimWrapperContract, ParamGroup } from '@tessera/nn'
import * as v from 'valibot'
import { betasOption, numberOption } from '../optimizers/groupOption.js'
import type { Schedule } from './schedule.js'
import { readState, type SchedulerParts, stateMismatch } from './schedulerParts.js'

/** What of the options every scheduler reads. */
export interface SchedulerOptions {
  readonly verbose: boolean
  readonly horizon_on_resume: 'checkpoint' | 'config'
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
  protected readonly optimWrapper: OptimWrapperContract
  protected readonly logger: Logger
  protected lastStep = -1
  protected globalStep = -1
  private parts: SchedulerParts
  private readonly options: SchedulerOptions
  private baseValues: readonly number[]
  /** After this scheduler's last step: others may have changed it since. */
  private lastValues: readonly number[] = []

  constructor(options: SchedulerOptions, parts: SchedulerParts, optimWrapper: OptimWrapperContract, logger: Logger) {
    this.parts = parts
    this.options = options
    this.optimWrapper = optimWrapper
    this.logger = logger
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

  /** When it acts. */
  protected get schedule(): Schedule {
    return this.parts.schedule
  }

  /** The rule's numbers. */
  protected get settings(): Readonly<Record<string, unknown>> {
    return this.parts.settings
  }

  /** Whether `step` is due after each epoch, or after each iteration. */
  get byEpoch(): boolean {
    return this.schedule.byEpoch
  }

  step(): void {
    this.globalStep++
    if (this.isActiveAt(this.globalStep)) this.act()
    this.remember()
  }

  /** Step 0, which belongs to building. */
  protected begin(): void {
    this.step()
  }

  protected isActiveAt(step: number): boolean {
    return this.schedule.begin <= step && step < this.schedule.end
  }

  /** Writes a group's new value, and beta1 with a momentum. */
  protected write(group: ParamGroup, index: number, value: number): void {
    group[this.paramName] = value
    if (this.paramName === 'momentum' && hasBetas(group)) group['betas'] = [value, betasOption(group)[1]]
    if (this.options.verbose) this.logger.info(`Adjusting parameter value of group ${index} to ${value.toExponential(4)}.`)
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
    const { schedule, paramName } = this
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
      verbose: this.options.verbose,
      _last_value: [...this.lastValues],
    }
  }

  /**
   * Takes over where the saved one stood; the groups' present values come with the optimizer's state. Its shape (`end`, `T_max`, …) is
   * the saved one's, or as configured, by `horizon_on_resume`.
   */
  loadStateDict(state: Readonly<Record<string, unknown>>): void {
    const { param_name, base_values, last_step, _global_step } = readState(stateSchema, state)
    if (param_name !== this.paramName)
      throw stateMismatch('the scheduler state is for another value', 'param_name', param_name, this.paramName)
    if (this.keepsBase && base_values?.length !== this.baseValues.length) {
      throw stateMismatch(
        'the scheduler state has another number of groups',
        'base_values',
        base_values?.length,
        String(this.baseValues.length),
      )
    }
    const keepsOwn = this.options.horizon_on_resume === 'config'
    const parts = keepsOwn ? this.parts : this.parts.restored(state)
    this.sayChanges(state, keepsOwn)
    this.parts = parts
    this.baseValues = base_values ?? this.baseValues
    this.lastStep = last_step
    this.globalStep = _global_step
    this.loadOwnState(state)
  }

  /** A run that is resumed with another length: say which numbers count. */
  private sayChanges(state: Readonly<Record<string, unknown>>, keepsOwn: boolean): void {
    const { begin, end } = this.schedule
    const changed = Object.entries({ begin, end, ...this.settings }).flatMap(([key, configured]) => {
      const [own, saved] = [JSON.stringify(configured), JSON.stringify(state[key])]
      if (!Object.hasOwn(state, key) || own === saved) return []
      return [keepsOwn ? `${key} ${own} (the checkpoint has ${saved})` : `${key} ${saved} (the config has ${own})`]
    })
    if (changed.length === 0) return
    const { name } = this.constructor
    if (keepsOwn) this.logger.info(`${name} goes on as configured now: ${changed.join(', ')}.`)
    else {
      const hint = "horizon_on_resume: 'config' takes the config's."
      this.logger.warning(`${name} goes on as in the checkpoint: ${changed.join(', ')}. ${hint}`)
    }
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
