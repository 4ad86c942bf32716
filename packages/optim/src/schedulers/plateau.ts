/** What a plateau scheduler compares by. */
export interface PlateauRule {
  readonly rule: 'less' | 'greater'
  readonly threshold: number
  readonly threshold_rule: 'rel' | 'abs'
  readonly patience: number
  readonly cooldown: number
}

export interface PlateauState {
  readonly best: number
  readonly num_bad_epochs: number
  readonly cooldown_counter: number
}

/** Worse than any metric (MMEngine's number). */
export function worstOf(rule: 'less' | 'greater'): number {
  return rule === 'less' ? 1_000_000_000 : -1_000_000_000
}

/** Whether a metric is better than the best by more than the threshold. */
export function isBetter(metric: number, best: number, { rule, threshold, threshold_rule }: PlateauRule): boolean {
  if (rule === 'less') return metric < (threshold_rule === 'rel' ? best * (1 - threshold) : best - threshold)
  return metric > (threshold_rule === 'rel' ? best * (threshold + 1) : best + threshold)
}

/** What one more metric makes of the state, and whether the values are to be reduced now. */
export function watch(state: PlateauState, metric: number, rule: PlateauRule): { state: PlateauState; reduce: boolean } {
  const better = isBetter(metric, state.best, rule)
  const cooling = state.cooldown_counter > 0
  const bad = better || cooling ? 0 : state.num_bad_epochs + 1
  const reduce = bad > rule.patience
  return {
    reduce,
    state: {
      best: better ? metric : state.best,
      num_bad_epochs: reduce ? 0 : bad,
      cooldown_counter: reduce ? rule.cooldown : Math.max(0, state.cooldown_counter - 1),
    },
  }
}
