/**
 * What a group's value becomes at a step (0 is the first in which the scheduler acts). Rules are in chained form: they change the
 * present value, so that several schedulers can act on one. `base` is the group's value before any scheduler.
 */
export type ScheduleRule = (current: number, step: number, base: number) => number

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

/** Times gamma at each milestone; one that is listed twice counts twice. */
export function multiStepRule(milestones: readonly number[], gamma: number): ScheduleRule {
  return (current, step) => current * gamma ** milestones.filter((milestone) => milestone === step).length
}
