import type { DataLoaderContract, Dataset, Sampler, Transform } from '../contracts/data.js'
import { Registry } from './registry.js'

/** The root registries, under MMEngine's names. What has no contract in core is typed by the package that builds it. */
export const MODELS = new Registry<object>('model')
export const DATASETS = new Registry<Dataset>('dataset')
export const DATA_SAMPLERS = new Registry<Sampler>('data sampler')
export const DATA_LOADERS = new Registry<DataLoaderContract>('data loader')
export const TRANSFORMS = new Registry<Transform>('transform')
export const COLLATE_FUNCTIONS = new Registry<object>('collate function')
export const OPTIMIZERS = new Registry<object>('optimizer')
export const OPTIM_WRAPPERS = new Registry<object>('optimizer wrapper')
export const OPTIM_WRAPPER_CONSTRUCTORS = new Registry<object>('optimizer wrapper constructor')
export const PARAM_SCHEDULERS = new Registry<object>('parameter scheduler')
export const LOOPS = new Registry<object>('loop')
export const HOOKS = new Registry<object>('hook')
export const METRICS = new Registry<object>('metric')
export const EVALUATORS = new Registry<object>('evaluator')
export const LOG_PROCESSORS = new Registry<object>('log processor')
export const VISUALIZERS = new Registry<object>('visualizer')
export const VISBACKENDS = new Registry<object>('visualization backend')
export const WEIGHT_INITIALIZERS = new Registry<object>('weight initializer')
export const BATCH_AUGMENTS = new Registry<object>('batch augment')

/** All of them, by the name that users know. */
export const ROOT_REGISTRIES = {
  MODELS,
  DATASETS,
  DATA_SAMPLERS,
  DATA_LOADERS,
  TRANSFORMS,
  COLLATE_FUNCTIONS,
  OPTIMIZERS,
  OPTIM_WRAPPERS,
  OPTIM_WRAPPER_CONSTRUCTORS,
  PARAM_SCHEDULERS,
  LOOPS,
  HOOKS,
  METRICS,
  EVALUATORS,
  LOG_PROCESSORS,
  VISUALIZERS,
  VISBACKENDS,
  WEIGHT_INITIALIZERS,
  BATCH_AUGMENTS,
} as const

/** Whether some root registry, or one below it, answers for a scope. */
export function isKnownScope(scope: string): boolean {
  return Object.values(ROOT_REGISTRIES).some((registry: Registry) => registry.hasScope(scope))
}
