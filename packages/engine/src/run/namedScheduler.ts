import { TesseraError } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import type { ParamSchedulerContract } from './contracts.js'

/** In a scheduler's state, the optimizer that it is for. */
const OF = 'optim_wrapper'

/** A scheduler of one of several optimizers: its state says of which, so that a changed config cannot mix them up. */
export class NamedScheduler implements ParamSchedulerContract {
  constructor(
    private readonly scheduler: ParamSchedulerContract,
    readonly optimWrapper: OptimWrapperContract,
    private readonly name: string,
  ) {}

  get byEpoch(): boolean {
    return this.scheduler.byEpoch
  }

  get needValArgs(): boolean {
    return this.scheduler.needValArgs === true
  }

  step(metrics?: Readonly<Record<string, unknown>>): void {
    this.scheduler.step(metrics)
  }

  stateDict(): Record<string, unknown> {
    return { ...this.scheduler.stateDict(), [OF]: this.name }
  }

  /** @throws TesseraError STATE_DICT_MISMATCH for another optimizer's state */
  loadStateDict({ [OF]: name, ...state }: Readonly<Record<string, unknown>>): void {
    if (name !== this.name) {
      throw new TesseraError('STATE_DICT_MISMATCH', {
        what: "the scheduler's state is another optimizer's",
        path: 'param_scheduler',
        got: name,
        expected: `'${this.name}'`,
      })
    }
    this.scheduler.loadStateDict(state)
  }
}
