import * as v from 'valibot'
import type { EvaluationLoop } from './loop.js'
import { currentInterval, shouldValidate } from './validationInterval.js'

export const count = v.pipe(v.number(), v.integer(), v.minValue(1))

/** When a train loop validates, counted in its own unit: epochs or iterations. */
export const validationEntries = {
  /** First epoch (iteration) after which to validate. */
  val_begin: v.optional(count, 1),
  /** Epochs (iterations) between two validations; after the last one there always is one. */
  val_interval: v.optional(count, 1),
  /** `[milestone, interval]`: from that epoch (iteration) on, validate at that interval. */
  dynamic_intervals: v.optional(v.nullable(v.array(v.tuple([v.number(), count])))),
  /** Validate on so many batches before training, to find out early what would fail late. */
  sanity_val_steps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
}

const validationSchema = v.object(validationEntries)
type ValidationOptions = v.InferOutput<typeof validationSchema>

/** Validates when it is time, after `done` of `max` epochs or iterations. */
export async function validateIfDue(
  validation: EvaluationLoop | undefined,
  options: ValidationOptions,
  done: number,
  max: number,
): Promise<void> {
  const interval = currentInterval(done, options.val_interval, options.dynamic_intervals ?? [])
  if (shouldValidate(done, max, options.val_begin, interval)) await validation?.run()
}
