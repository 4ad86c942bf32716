import { type Builder, PARAM_SCHEDULERS, TesseraError } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import { ParamScheduler } from './paramScheduler.js'
import type { SchedulerHorizon } from './schedule.js'

/**
 * Builds the `param_scheduler` section of a config, in its order: each step 0 acts on what those before it left.
 * @param horizon how long the run is: `end` defaults to it, `convert_to_iter_based` needs its `epochLength`
 */
export function buildParamSchedulers(
  config: object | readonly object[],
  optimWrapper: OptimWrapperContract,
  builder: Builder,
  horizon: SchedulerHorizon,
): ParamScheduler[] {
  const configs: readonly object[] = Array.isArray(config) ? config : [config]
  return configs.map((one) => {
    const scheduler = builder.build(PARAM_SCHEDULERS, one, optimWrapper, horizon)
    if (scheduler instanceof ParamScheduler) return scheduler
    throw new TesseraError('INVALID_REGISTRATION', {
      what: 'what is registered as parameter scheduler is none',
      got: scheduler.constructor.name,
      expected: 'a class that extends ParamScheduler of @tessera/optim',
    })
  })
}
