import {
  annotatePaths,
  type Builder,
  configPath,
  type Logger,
  OPTIM_WRAPPER_CONSTRUCTORS,
  PARAM_SCHEDULERS,
  TesseraError,
} from '@tessera/core'
import type { BaseModel, OptimWrapperContract } from '@tessera/nn'
import { type Config, integer, own, section, sections, withKeys } from './configSections.js'
import type { OptimWrapperConstructorContract, ParamSchedulerContract, SchedulerHorizon } from './contracts.js'

/** `constructor` names who groups the parameters, and gets `paramwise_cfg`; everything else is the wrapper's. */
export function buildOptimWrapper(config: Config, model: BaseModel, builder: Builder): OptimWrapperContract {
  const given = section(config, 'optim_wrapper') ?? {}
  const path = configPath(given) ?? 'optim_wrapper'
  const optim_wrapper_cfg = withKeys(given, { constructor: undefined, paramwise_cfg: undefined })
  const paramwise_cfg = own(given, 'paramwise_cfg') ?? undefined
  // Own keys only: every object inherits a `constructor`.
  const made = {
    type: own(given, 'constructor') ?? 'DefaultOptimWrapperConstructor',
    optim_wrapper_cfg,
    ...(paramwise_cfg !== undefined && { paramwise_cfg }),
  }
  annotatePaths(made, path)
  annotatePaths(optim_wrapper_cfg, path)
  const grouping = OPTIM_WRAPPER_CONSTRUCTORS.build(made, builder)
  if (!isConstructor(grouping))
    throw new TesseraError('INVALID_CONFIG', {
      what: 'an optimizer-wrapper constructor has a method construct(model)',
      path: 'optim_wrapper.constructor',
      got: grouping.constructor.name,
    })
  return grouping.construct(model)
}

/**
 * Multiplies every learning rate by the samples of an optimizer step / base batch size (MMEngine's auto_scale_lr, which forgets
 * that accumulation makes a step's batch larger). Before the schedulers are built.
 */
export function scaleLr(config: Config, optimWrapper: OptimWrapperContract, batchSize: number, logger: Logger): void {
  const scale = section(config, 'auto_scale_lr')
  if (scale === undefined || own(scale, 'enable') !== true) return
  const base = own(scale, 'base_batch_size')
  if (typeof base !== 'number' || !(base > 0))
    throw new TesseraError('INVALID_CONFIG', {
      what: 'scaling the learning rate needs the batch size it was chosen for',
      path: 'auto_scale_lr.base_batch_size',
      got: base,
    })
  const counts = integer(section(config, 'optim_wrapper') ?? {}, 'accumulative_counts') ?? 1
  const ratio = (batchSize * counts) / base
  for (const group of optimWrapper.paramGroups) group.lr *= ratio
  const samples = counts === 1 ? `batch size ${batchSize}` : `batch size ${batchSize} × ${counts} accumulated`
  logger.info(`LR is scaled by ${ratio} (${samples}, base ${base})`)
}

/** Schedulers in the config's order; each counts from the start of the run, `end` is the run's end unless given. */
export function buildSchedulers(
  config: Config,
  optimWrapper: OptimWrapperContract,
  horizon: SchedulerHorizon,
  builder: Builder,
): ParamSchedulerContract[] {
  return sections(config, 'param_scheduler').map((given, index) => {
    const built = PARAM_SCHEDULERS.build(given, builder, optimWrapper, horizon)
    if (!isScheduler(built))
      throw new TesseraError('INVALID_CONFIG', {
        what: 'a parameter scheduler has step(), stateDict() and loadStateDict()',
        path: `param_scheduler[${index}]`,
        got: built.constructor.name,
      })
    return built
  })
}

function isConstructor(value: object): value is OptimWrapperConstructorContract {
  return 'construct' in value && typeof value.construct === 'function'
}

function isScheduler(value: object): value is ParamSchedulerContract {
  return ['step', 'stateDict', 'loadStateDict'].every((name) => typeof Reflect.get(value, name) === 'function')
}
