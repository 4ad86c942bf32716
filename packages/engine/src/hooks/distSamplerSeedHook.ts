import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({})
export interface DistSamplerSeedHookConfig extends ConfigOf<'DistSamplerSeedHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    DistSamplerSeedHook: DistSamplerSeedHookConfig
  }
}

/** Tells the train sampler which epoch begins, so that each has its own order (MMEngine's DistSamplerSeedHook). */
@HOOKS.registerModule()
export class DistSamplerSeedHook extends Hook {
  static readonly schema = schema

  override beforeTrainEpoch(run: RunState): void {
    run.loaders.train?.sampler.setEpoch(run.progress.epoch)
  }
}
