import type { OptimWrapperContract } from '@tessera/nn'

/** What `PARAM_SCHEDULERS` builds, as the loop sees it. */
export interface ParamSchedulerContract {
  /** Steps after each epoch, or after each iteration. */
  readonly byEpoch: boolean
  /** Also steps after each validation, on its metrics (ReduceOnPlateau; MMEngine's `need_val_args`). */
  readonly needValArgs?: boolean
  /** Of several optimizers, the one that it is for. */
  readonly optimWrapper?: OptimWrapperContract
  /** @param metrics of a validation; for a scheduler with `needValArgs` only */
  step(metrics?: Readonly<Record<string, unknown>>): void
  stateDict(): Record<string, unknown>
  loadStateDict(state: Readonly<Record<string, unknown>>): void
}

/** How long the run is: a scheduler's `end` defaults to it, and `convert_to_iter_based` needs the epoch's length. */
export interface SchedulerHorizon {
  /** Not always whole: of optimizer steps that span several iterations. */
  readonly epochLength: number
  readonly maxEpochs: number
  readonly maxIters: number
}
