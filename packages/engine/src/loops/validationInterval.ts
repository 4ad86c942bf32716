import { VALIDATED_AT } from '../logging/validationHistory.js'
import type { RunState } from '../run/runState.js'

/** `[milestone, interval]`: from that epoch (iteration) on, validate at that interval. */
export type DynamicInterval = readonly [milestone: number, interval: number]

/** The interval in force after `done` epochs or iterations (MMEngine's dynamic_intervals). */
export function currentInterval(done: number, interval: number, dynamic: readonly DynamicInterval[]): number {
  let current = interval
  // A milestone counts from its own epoch on, which is `done + 1` while it runs.
  for (const [milestone, next] of [...dynamic].sort((a, b) => a[0] - b[0])) if (done + 1 >= milestone) current = next
  return current
}

/** Whether to validate after `done` of `max`; the last one always is. */
export function shouldValidate(done: number, max: number, begin: number, interval: number): boolean {
  return done >= begin && (done % interval === 0 || done === max)
}

/** Whether the weights as they are have been validated: of a run that was killed between a checkpoint and its validation they have not. */
export function isValidated(run: RunState): boolean {
  return run.hub.scalars.get(VALIDATED_AT)?.current() === run.progress.iter
}
