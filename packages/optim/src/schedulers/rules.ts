import type { ParamGroup } from '@tessera/nn'
import { numberOption } from '../optimizers/groupOption.js'

/**
 * What a group's value becomes at a step (0 is the first in which the scheduler acts). Rules are in chained form: they change the
 * present value, so that several schedulers can act on one. `base` is the group's value before any scheduler.
 */
export type ScheduleRule = (current: number, step: number, base: number, group: ParamGroup) => number

/** From start · value to end · value in `total` steps. */
export function linearRule(start: number, end: number, total: number): ScheduleRule {
  return (current, step) => {
    if (step === 0) return current * start
    return current * (1 + (end - start) / (total * start + (step - 1) * (end - start)))
  }
}

/** factor · value for `total` steps. */
export function constantRule(factor: number, total: number): ScheduleRule {
  return (current, step) => {
    if (step === 0) return current * factor
    return step === total ? current * (1 / factor) : current
  }
}

/** Half a cosine from the value to its minimum in `period` steps, and up again after (Loshchilov & Hutter, "SGDR", 2016). */
export function cosineRule(minimumOf: (base: number) => number, period: number): ScheduleRule {
  return (current, step, base) => {
    const minimum = minimumOf(base)
    if (step === 0) return current
    // At the bottom the chained form divides by zero; the first step up is written out.
    if ((step - 1 - period) % (2 * period) === 0) return current + ((base - minimum) * (1 - Math.cos(Math.PI / period))) / 2
    const ratio = (1 + Math.cos((Math.PI * step) / period)) / (1 + Math.cos((Math.PI * (step - 1)) / period))
    return ratio * (current - minimum) + minimum
  }
}

/** A rule that leaves groups alone whose value was 0 before any scheduler. */
export function keepingZero(rule: ScheduleRule): ScheduleRule {
  return (current, step, base, group) => (base === 0 && step > 0 ? 0 : rule(current, step, base, group))
}

/** Times gamma at each milestone; one that is listed twice counts twice. */
export function multiStepRule(milestones: readonly number[], gamma: number): ScheduleRule {
  return (current, step) => current * gamma ** milestones.filter((milestone) => milestone === step).length
}

/** Times gamma every `size` steps. */
export function stepRule(size: number, gamma: number): ScheduleRule {
  return (current, step) => (step === 0 || step % size !== 0 ? current : current * gamma)
}

/** Times gamma every step. */
export function exponentialRule(gamma: number): ScheduleRule {
  return (current, step) => (step === 0 ? current : current * gamma)
}

/** From the value to `minimum` in `total` steps, along a power of the time that is left. */
export function polyRule(minimum: number, power: number, total: number): ScheduleRule {
  return (current, step) => (step === 0 ? current : (current - minimum) * (1 - 1 / (total - step + 1)) ** power + minimum)
}

/** Half a cosine a period; each begins anew at its weight times the value. After the last period the value stays. */
export function cosineRestartRule(
  periods: readonly number[],
  weights: readonly number[],
  minimumOf: (base: number) => number,
): ScheduleRule {
  return (current, step, base) => {
    let begin = 0
    const index = periods.findIndex((period) => {
      if (step < begin + period) return true
      begin += period
      return false
    })
    const period = periods[index]
    const weight = weights[index]
    if (period === undefined || weight === undefined) return current
    if (step === begin) return base * weight
    const minimum = minimumOf(base)
    const inPeriod = step - begin
    const ratio = (1 + Math.cos((Math.PI * inPeriod) / period)) / (1 + Math.cos((Math.PI * (inPeriod - 1)) / period))
    return ratio * (current - minimum) + minimum
  }
}

/** A stretch of a 1cycle schedule: between two values that the group keeps under these keys. */
export interface OneCyclePhase {
  readonly end_step: number
  readonly start_lr: string
  readonly end_lr: string
}

/** Up to the largest value, down again, and (in three phases) on to the smallest (Smith & Topin, "Super-Convergence", 2017). Not chained. */
export function oneCycleRule(phases: readonly OneCyclePhase[], strategy: 'cos' | 'linear'): ScheduleRule {
  return (_current, step, _base, group) => {
    const index = phases.findIndex(({ end_step }, i) => step <= end_step || i === phases.length - 1)
    const phase = phases[index]
    if (phase === undefined) throw new TypeError('a 1cycle schedule has phases')
    const begin = phases[index - 1]?.end_step ?? 0
    const share = (step - begin) / (phase.end_step - begin)
    const [start, end] = [numberOption(group, phase.start_lr), numberOption(group, phase.end_lr)]
    return strategy === 'cos' ? end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1) : (end - start) * share + start
  }
}

/** When each phase of `total` steps ends; `share` of them go up. */
export function oneCyclePhases(total: number, share: number, threePhases: boolean): OneCyclePhase[] {
  const up = { end_step: share * total - 1, start_lr: 'initial_lr', end_lr: 'max_lr' }
  if (!threePhases) return [up, { end_step: total - 1, start_lr: 'max_lr', end_lr: 'min_lr' }]
  return [
    up,
    { end_step: 2 * share * total - 2, start_lr: 'max_lr', end_lr: 'initial_lr' },
    { end_step: total - 1, start_lr: 'initial_lr', end_lr: 'min_lr' },
  ]
}
