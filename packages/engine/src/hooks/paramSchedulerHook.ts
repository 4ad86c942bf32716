import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook, type Metrics } from './hook.js'

const schema = v.strictObject({
  /**
   * Step schedulers that count iterations at optimizer steps only, so that accumulation slows them down (mmengine#1308); their `begin`,
   * `end` and horizons then count optimizer steps. By default every iteration counts, as in MMEngine.
   */
  on_optimizer_step: v.optional(v.boolean(), false),
})
export interface ParamSchedulerHookConfig extends ConfigOf<'ParamSchedulerHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    ParamSchedulerHook: ParamSchedulerHookConfig
  }
}

/**
 * Steps the schedulers: those by iteration after each iteration, those by epoch after each epoch, those that watch a metric after each
 * validation as well (MMEngine's ParamSchedulerHook).
 */
@HOOKS.registerModule()
export class ParamSchedulerHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'LOW'
  private willUpdate = true

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override beforeTrainIter(run: RunState): void {
    this.willUpdate = !this.options.on_optimizer_step || (run.training.optimWrapper?.shouldUpdate() ?? true)
  }

  override afterTrainIter(run: RunState): void {
    if (!this.willUpdate) return
    for (const scheduler of run.training.schedulers) if (!scheduler.byEpoch) scheduler.step()
  }

  override afterTrainEpoch(run: RunState): void {
    for (const scheduler of run.training.schedulers) if (scheduler.byEpoch) scheduler.step()
  }

  override afterValEpoch(run: RunState, metrics: Metrics): void {
    for (const scheduler of run.training.schedulers) if (scheduler.needValArgs === true) scheduler.step(metrics)
  }
}
