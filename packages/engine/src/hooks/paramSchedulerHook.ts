import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({})
export interface ParamSchedulerHookConfig extends ConfigOf<'ParamSchedulerHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    ParamSchedulerHook: ParamSchedulerHookConfig
  }
}

/** Steps the schedulers: those by iteration after each iteration, those by epoch after each epoch (MMEngine's ParamSchedulerHook). */
@HOOKS.registerModule()
export class ParamSchedulerHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'LOW'

  override afterTrainIter(run: RunState): void {
    for (const scheduler of run.training.schedulers) if (!scheduler.byEpoch) scheduler.step()
  }

  override afterTrainEpoch(run: RunState): void {
    for (const scheduler of run.training.schedulers) if (scheduler.byEpoch) scheduler.step()
  }
}
