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
import type { ComponentPlace, MakerSection } from '../schema/componentPlace.js'
import { ownValue } from './plainObject.js'

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
    makers: wrapperConstructor,
  },
  scheduler: { registries: [PARAM_SCHEDULERS], form: 'one or list' },
  evaluator: { registries: [METRICS, EVALUATORS], form: 'one or list' },
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

/** `constructor` names who makes the parameter groups by `paramwise_cfg`. */
function wrapperConstructor(section: Readonly<Record<string, unknown>>): readonly MakerSection[] {
  const { paramwise_cfg, constructor: _constructor, ...optim_wrapper_cfg } = section
  const made = {
    type: ownValue(section, 'constructor') ?? 'DefaultOptimWrapperConstructor',
    optim_wrapper_cfg,
    ...(paramwise_cfg === undefined || paramwise_cfg === null ? {} : { paramwise_cfg }),
  }
  return [{ registries: [OPTIM_WRAPPER_CONSTRUCTORS], section: made, typeKey: 'constructor' }]
}
