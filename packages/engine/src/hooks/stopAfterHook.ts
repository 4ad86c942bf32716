import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const count = v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1)))

const schema = v.strictObject({
  /** End after so many epochs. */
  epochs: count,
  /** End after so many iterations (a loop by epochs finishes its epoch). */
  iters: count,
})

export interface StopAfterHookConfig extends ConfigOf<'StopAfterHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    StopAfterHook: StopAfterHookConfig
  }
}

/** Ends training early and orderly. Unlike a smaller max_epochs it leaves the horizon alone, so schedules are those of the whole run. */
@HOOKS.registerModule()
export class StopAfterHook extends Hook {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override afterTrainIter(run: RunState): void {
    if (run.progress.iter + 1 >= (this.options.iters ?? Infinity)) run.progress.stop = true
  }

  override afterTrainEpoch(run: RunState): void {
    if (run.progress.epoch + 1 >= (this.options.epochs ?? Infinity)) run.progress.stop = true
  }
}
