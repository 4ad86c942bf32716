/** Steps of a cycle, as torch.profiler.schedule counts them. */
export interface ProfileSchedule {
  readonly wait: number
  readonly warmup: number
  readonly active: number
  /** Cycles; 0: as many as there are steps. */
  readonly repeat: number
  readonly skip_first: number
}

export type ProfilePhase = 'idle' | 'record' | 'record and save'

/** What is done with a step, counted from 0. Without a schedule every step is recorded. */
export function profilePhase(step: number, schedule: ProfileSchedule | undefined): ProfilePhase {
  if (schedule === undefined) return 'record'
  const { wait, warmup, active, repeat, skip_first } = schedule
  const at = step - skip_first
  const cycle = wait + warmup + active
  if (at < 0 || (repeat > 0 && at >= repeat * cycle)) return 'idle'
  const within = at % cycle
  if (within < wait + warmup) return 'idle'
  return within === cycle - 1 ? 'record and save' : 'record'
}
