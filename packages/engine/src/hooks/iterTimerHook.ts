import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { LogMode } from '../logging/logText.js'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({})
export interface IterTimerHookConfig extends ConfigOf<'IterTimerHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    IterTimerHook: IterTimerHookConfig
  }
}

/** Publishes `data_time` (waiting for the batch), `time` (the whole iteration) and `eta`, all in seconds (MMEngine's IterTimerHook). */
@HOOKS.registerModule()
export class IterTimerHook extends Hook {
  static readonly schema = schema
  private last = performance.now()
  private trainSeconds = 0
  private trainIters = 0
  private evaluationSeconds = 0

  override beforeTrain(): void {
    this.trainSeconds = 0
    this.trainIters = 0
  }

  protected override beforeEpoch(): void {
    this.last = performance.now()
  }

  protected override beforeIter(run: RunState, _batchIndex: number, mode: LogMode): void {
    run.hub.updateScalar(`${mode}/data_time`, (performance.now() - this.last) / 1000)
  }

  protected override afterIter(run: RunState, batchIndex: number, mode: LogMode): void {
    const now = performance.now()
    const seconds = (now - this.last) / 1000
    this.last = now
    run.hub.updateScalar(`${mode}/time`, seconds)
    if (mode === 'train') {
      this.trainSeconds += seconds
      this.trainIters++
      // Counted from where this process began: a resumed run's first iterations took no time here.
      const left = run.progress.maxIters - run.progress.iter - 1
      run.hub.updateInfo('eta', (this.trainSeconds / this.trainIters) * left)
    } else {
      this.evaluationSeconds = batchIndex === 0 ? seconds : this.evaluationSeconds + seconds
      const left = (run.loaders[mode]?.length ?? 0) - batchIndex - 1
      run.hub.updateInfo('eta', (this.evaluationSeconds / (batchIndex + 1)) * left)
    }
  }

  // Validation between two iterations is not data loading.
  override afterVal(): void {
    this.last = performance.now()
  }
}
