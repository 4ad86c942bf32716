import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({
  /** Before each epoch. */
  before_epoch: v.optional(v.boolean(), false),
  /** After each epoch. */
  after_epoch: v.optional(v.boolean(), true),
  /** After each iteration. */
  after_iter: v.optional(v.boolean(), false),
})
export interface EmptyCacheHookConfig extends ConfigOf<'EmptyCacheHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    EmptyCacheHook: EmptyCacheHookConfig
  }
}

/** Empties the cache of a graphics card (MMEngine's EmptyCacheHook). A processor has none, so that recipes with it train as they are. */
@HOOKS.registerModule()
export class EmptyCacheHook extends Hook {
  static readonly schema = schema

  override beforeRun(run: RunState): void {
    run.logger.debug('EmptyCacheHook has nothing to do: there is no device cache.')
  }
}
