import {
  DATA_LOADERS,
  EVALUATORS,
  HOOKS,
  LOG_PROCESSORS,
  LOOPS,
  METRICS,
  MODELS,
  OPTIM_WRAPPER_CONSTRUCTORS,
  OPTIM_WRAPPERS,
  PARAM_SCHEDULERS,
  VISUALIZERS,
} from '../registry/root.js'
import type { ComponentPlace } from '../schema/componentPlace.js'
import { isPlainObject, ownValue } from './plainObject.js'

function one(...registries: ComponentPlace['registries']): ComponentPlace {
  return { registries, form: 'one' }
}

/** What is built from each section of a run: MMEngine's defaults where a section gives no `type`. */
export const PLACES = {
  model: one(MODELS),
  preprocessor: { ...one(MODELS), defaultType: () => 'ClsDataPreprocessor' },
  dataLoader: { ...one(DATA_LOADERS), defaultType: () => 'DataLoader', group: { type: 'DataLoaderDict', key: 'loaders' } },
  trainLoop: { ...one(LOOPS), defaultType: trainLoopType, ownKeys: ['by_epoch'], typeKeys: ['by_epoch'] },
  valLoop: { ...one(LOOPS), defaultType: () => 'ValLoop' },
  testLoop: { ...one(LOOPS), defaultType: () => 'TestLoop' },
  optimWrapper: {
    ...one(OPTIM_WRAPPERS),
    defaultType: () => 'OptimWrapper',
    ownKeys: ['constructor', 'paramwise_cfg'],
    named: namedOptimWrappers,
    makers: (section) => [{ registries: [OPTIM_WRAPPER_CONSTRUCTORS], section: wrapperConstructorConfig(section), typeKey: 'constructor' }],
  },
  scheduler: { registries: [PARAM_SCHEDULERS], form: 'one or list', named: namedSchedulers },
  evaluator: { registries: [METRICS, EVALUATORS], form: 'one or list', group: { type: 'EvaluatorDict', key: 'evaluators' } },
  defaultHook: { ...one(HOOKS), mayLackType: true, ownKeys: ['priority'] },
  customHook: { ...one(HOOKS), ownKeys: ['priority'] },
  logProcessor: { ...one(LOG_PROCESSORS), defaultType: () => 'LogProcessor' },
  visualizer: one(VISUALIZERS),
} as const satisfies Record<string, ComponentPlace>

/** Which loop a `train_cfg` without a `type` means: `by_epoch`, or else whether it counts iterations. */
export function trainLoopType(section: Readonly<Record<string, unknown>>): 'EpochBasedTrainLoop' | 'IterBasedTrainLoop' {
  const byEpoch = ownValue(section, 'by_epoch') ?? !Object.hasOwn(section, 'max_iters')
  return byEpoch === true ? 'EpochBasedTrainLoop' : 'IterBasedTrainLoop'
}

/**
 * The config of who makes the parameter groups and the wrapper, as `OPTIM_WRAPPER_CONSTRUCTORS` builds it: its type by the key `constructor`,
 * its `paramwise_cfg`, and the rest of the section.
 */
export function wrapperConstructorConfig(section: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  // Own keys only: every object inherits a `constructor`.
  const { paramwise_cfg, constructor: _constructor, ...optim_wrapper_cfg } = section
  const usual = namedOptimWrappers(section) === undefined ? 'DefaultOptimWrapperConstructor' : 'MultiOptimWrapperConstructor'
  return {
    type: ownValue(section, 'constructor') ?? usual,
    optim_wrapper_cfg,
    ...(paramwise_cfg === undefined || paramwise_cfg === null ? {} : { paramwise_cfg }),
  }
}

/** Several optimizer wrappers by name: a section without an `optimizer` that holds nothing but sections. */
export function namedOptimWrappers(
  section: Readonly<Record<string, unknown>>,
): readonly (readonly [name: string, section: unknown])[] | undefined {
  if (Object.hasOwn(section, 'type') || Object.hasOwn(section, 'optimizer')) return undefined
  const members = Object.entries(section).filter(([key]) => key !== 'constructor' && key !== 'paramwise_cfg')
  return members.length > 0 && members.every(([, member]) => isPlainObject(member)) ? members : undefined
}

/** Schedulers for each of several optimizer wrappers, by its name: a section without `type` that holds nothing but sections and lists. */
export function namedSchedulers(
  section: Readonly<Record<string, unknown>>,
): readonly (readonly [name: string, section: unknown])[] | undefined {
  const members = Object.entries(section)
  const areSections = members.every(([, member]) => member === null || isPlainObject(member) || Array.isArray(member))
  return Object.hasOwn(section, 'type') || members.length === 0 || !areSections ? undefined : members
}
