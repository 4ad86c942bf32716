import { TesseraError } from '@tessera/core'
import * as v from 'valibot'

/** MMEngine's "never": a scheduler without an end, in a run whose length nobody told it. */
export const NEVER = 1_000_000_000

/** When a scheduler is active: options that all share. */
export const scheduleEntries = {
  /** First epoch (or iteration) in which it acts. */
  begin: v.optional(v.pipe(v.number(), v.minValue(0, 'Expected a number that is not negative')), 0),
  /** First epoch (or iteration) in which it does not; default the run's end. */
  end: v.optional(v.pipe(v.number(), v.minValue(0, 'Expected a number that is not negative'))),
  /** Whether it counts epochs or iterations. */
  by_epoch: v.optional(v.boolean(), true),
  /** Written in epochs, acting after every iteration. */
  convert_to_iter_based: v.optional(v.boolean(), false),
  /** Log every new value. */
  verbose: v.optional(v.boolean(), false),
  /**
   * Whose begin, end, periods and factors a resumed run goes on with when they differ: the checkpoint's, as in MMEngine, or the config's, so
   * that a longer run gets a longer schedule.
   */
  horizon_on_resume: v.optional(v.picklist(['checkpoint', 'config']), 'checkpoint'),
}

const scheduleSchema = v.object(scheduleEntries)
export type ScheduleOptions = v.InferOutput<typeof scheduleSchema>

/** How long the run is, as far as known. */
export interface SchedulerHorizon {
  readonly epochLength?: number
  readonly maxEpochs?: number
  readonly maxIters?: number
}

/** When a scheduler acts, in the steps that it counts. */
export interface Schedule {
  readonly begin: number
  readonly end: number
  readonly byEpoch: boolean
  /** Steps for one written unit: an epoch's length when converted to iterations, else 1. */
  readonly unit: number
}

/**
 * From options as written to steps as counted.
 * @throws TesseraError INVALID_OPTIONS for an end that is not after the beginning, or a conversion that cannot be made
 */
export function resolveSchedule(options: ScheduleOptions, horizon: SchedulerHorizon, type: string): Schedule {
  const { begin, by_epoch, convert_to_iter_based } = options
  const end = options.end ?? Math.min((by_epoch ? horizon.maxEpochs : horizon.maxIters) ?? NEVER, NEVER)
  if (end <= begin) throw invalid(`the end of ${type} must come after its begin`, { begin, end })
  if (!convert_to_iter_based) return { begin, end, byEpoch: by_epoch, unit: 1 }
  if (!by_epoch) throw invalid(`only a ${type} by epoch can be converted to iterations`, { by_epoch, convert_to_iter_based })
  const unit = horizon.epochLength
  if (unit === undefined || !Number.isFinite(unit) || unit <= 0) {
    throw invalid(`converting ${type} to iterations needs the number of iterations in an epoch`, { epochLength: unit })
  }
  return { begin: Math.trunc(begin * unit), end: end === NEVER ? NEVER : Math.trunc(end * unit), byEpoch: false, unit }
}

function invalid(what: string, got: object): TesseraError {
  return new TesseraError('INVALID_OPTIONS', { what, path: 'param_scheduler', got })
}
