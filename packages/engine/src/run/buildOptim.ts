import { type Builder, configPath, type Logger, PARAM_SCHEDULERS, schedulersByName, TesseraError } from '@tessera/core'
import type { OptimWrapperContract } from '@tessera/nn'
import { type Config, integer, own, section, sections } from './configSections.js'
import type { ParamSchedulerContract, SchedulerHorizon } from './contracts.js'
import { NamedScheduler } from './namedScheduler.js'

/**
 * Multiplies every learning rate by the samples of an optimizer step / base batch size (MMEngine's auto_scale_lr, which forgets
 * that accumulation makes a step's batch larger). Before the schedulers are built.
 */
export function scaleLr(config: Config, optimWrapper: OptimWrapperContract, batchSize: number, logger: Logger): void {
  const auto = section(config, 'auto_scale_lr')
  if (auto === undefined || own(auto, 'enable') !== true) return
  const base = own(auto, 'base_batch_size')
  if (typeof base !== 'number' || !(base > 0))
    throw new TesseraError('INVALID_CONFIG', {
      what: 'scaling the learning rate needs the batch size it was chosen for',
      path: 'auto_scale_lr.base_batch_size',
      got: base,
    })
  const given = section(config, 'optim_wrapper') ?? {}
  const scale = (wrapper: OptimWrapperContract, options: Config, name: string) => {
    const counts = integer(options, 'accumulative_counts') ?? 1
    const ratio = (batchSize * counts) / base
    for (const group of wrapper.paramGroups) group.lr *= ratio
    const samples = counts === 1 ? `batch size ${batchSize}` : `batch size ${batchSize} × ${counts} accumulated`
    logger.info(`LR${name} is scaled by ${ratio} (${samples}, base ${base})`)
  }
  if (optimWrapper.wrappers === undefined) scale(optimWrapper, given, '')
  else for (const [name, wrapper] of optimWrapper.wrappers) scale(wrapper, section(given, name) ?? {}, ` of ${name}`)
}

/**
 * Schedulers in the config's order; each counts from the start of the run, `end` is the run's end unless given. Of several optimizers each
 * gets its own: those under its name in `param_scheduler`, or all of them where that is one list (MMEngine).
 */
export function buildSchedulers(
  config: Config,
  optimWrapper: OptimWrapperContract,
  horizon: SchedulerHorizon,
  builder: Builder,
): ParamSchedulerContract[] {
  const { wrappers } = optimWrapper
  const named = schedulersByName(own(config, 'param_scheduler'), wrappers && [...wrappers.keys()])
  const options = section(config, 'optim_wrapper') ?? {}
  if (wrappers === undefined)
    return schedulersOf(config, 'param_scheduler', optimWrapper, countedHorizon(config, options, horizon), builder)
  return [...wrappers].flatMap(([name, wrapper]) => {
    const counted = countedHorizon(config, section(options, name) ?? {}, horizon)
    const built =
      named === undefined
        ? schedulersOf(config, 'param_scheduler', wrapper, counted, builder)
        : schedulersOf(named, name, wrapper, counted, builder)
    return built.map((scheduler) => new NamedScheduler(scheduler, wrapper, name))
  })
}

/** With the hook's `on_optimizer_step` a run is as long as its optimizer steps; the last, shorter accumulation is one, too. */
function countedHorizon(config: Config, wrapper: Config, { epochLength, maxEpochs, maxIters }: SchedulerHorizon): SchedulerHorizon {
  const hook = section(section(config, 'default_hooks') ?? {}, 'param_scheduler') ?? {}
  const counts = own(hook, 'on_optimizer_step') === true ? (integer(wrapper, 'accumulative_counts') ?? 1) : 1
  return { epochLength: epochLength / counts, maxEpochs, maxIters: Math.ceil(maxIters / counts) }
}

function schedulersOf(
  config: Config,
  key: string,
  optimWrapper: OptimWrapperContract,
  horizon: SchedulerHorizon,
  builder: Builder,
): ParamSchedulerContract[] {
  return sections(config, key).map((given, index) => {
    const built = PARAM_SCHEDULERS.build(given, builder, optimWrapper, horizon)
    if (!isScheduler(built))
      throw new TesseraError('INVALID_CONFIG', {
        what: 'a parameter scheduler has step(), stateDict() and loadStateDict()',
        path: configPath(given) ?? `${key}[${index}]`,
        got: built.constructor.name,
      })
    return built
  })
}

function isScheduler(value: object): value is ParamSchedulerContract {
  return ['step', 'stateDict', 'loadStateDict'].every((name) => typeof Reflect.get(value, name) === 'function')
}
