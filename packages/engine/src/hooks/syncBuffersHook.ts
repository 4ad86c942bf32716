import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({})
export interface SyncBuffersHookConfig extends ConfigOf<'SyncBuffersHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    SyncBuffersHook: SyncBuffersHookConfig
  }
}

/** Buffers of several processes become their mean (MMEngine's SyncBuffersHook). A run is one process, whose buffers are their mean. */
@HOOKS.registerModule()
export class SyncBuffersHook extends Hook {
  static readonly schema = schema

  override beforeRun(run: RunState): void {
    run.logger.debug('SyncBuffersHook has nothing to do: a run is one process.')
  }
}
