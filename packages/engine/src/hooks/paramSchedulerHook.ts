import { type ConfigOf, HOOKS } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import * as v from 'valibot'
import type { ParamSchedulerContract } from '../run/contracts.js'
import type { RunState } from '../run/runState.js'
import { Hook, type Metrics } from './hook.js'

const schema = v.strictObject({
  /**
   * Step schedulers that count iterations at optimizer steps only, so that accumulation slows them down (mmengine#1308); their `begin`,
   * `end` (by default the run's) and periods then count optimizer steps. By default every iteration counts, as in MMEngine.
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
  /** Steps of each optimizer as the iteration begins. */
  private readonly stepsBefore = new Map<OptimWrapperContract, number>()

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override beforeTrainIter(run: RunState): void {
    if (!this.options.on_optimizer_step) return
    for (const wrapper of this.optimizersOf(run)) this.stepsBefore.set(wrapper, wrapper.steps)
  }

  override afterTrainIter(run: RunState): void {
    for (const scheduler of run.training.schedulers) {
      const wrapper = optimizerOf(scheduler, run)
      const stepped = !this.options.on_optimizer_step || wrapper === undefined || wrapper.steps > (this.stepsBefore.get(wrapper) ?? 0)
      if (!scheduler.byEpoch && stepped) scheduler.step()
    }
  }

  override afterTrainEpoch(run: RunState): void {
    for (const scheduler of run.training.schedulers) if (scheduler.byEpoch) scheduler.step()
  }

  private optimizersOf(run: RunState): Set<OptimWrapperContract> {
    return new Set(run.training.schedulers.flatMap((scheduler) => optimizerOf(scheduler, run) ?? []))
  }

  override afterValEpoch(run: RunState, metrics: Metrics): void {
    for (const scheduler of run.training.schedulers) if (scheduler.needValArgs === true) scheduler.step(metrics)
  }
}

function optimizerOf(scheduler: ParamSchedulerContract, run: RunState): OptimWrapperContract | undefined {
  return scheduler.optimWrapper ?? run.training.optimWrapper
}
