/** Where a run stands in its gradient accumulation. */
export interface AccumulationState {
  /** accumulative_counts */
  readonly counts: number
  /** Iterations done. */
  readonly inner: number
  /** Iterations of the run; undefined when nobody said. */
  readonly max: number | undefined
}

/** Whether the iteration after `inner` ends an accumulation: the window is full, or the run ends with it. */
export function isDue({ counts, inner, max }: AccumulationState): boolean {
  return (inner + 1) % counts === 0 || inner + 1 === max
}

/**
 * What the loss is divided by: `counts`, and in the shorter window at the run's end the iterations it has.
 * Past the end it stays the remainder; 0 says that there is none, so that the run has no such iteration.
 */
export function lossDivisor({ counts, inner, max }: AccumulationState): number {
  if (counts === 1) return 1
  if (max === undefined) return counts
  const remainder = max % counts
  return inner < max - remainder ? counts : remainder
}
