import {
  annotatePaths,
  type Builder,
  configPath,
  OPTIM_WRAPPER_CONSTRUCTORS,
  show,
  TesseraError,
  wrapperConstructorConfig,
} from '@tessera/core'
import type { Module } from '../module/module.js'
import type { OptimWrapperContract } from './optimWrapperContract.js'

/** What `OPTIM_WRAPPER_CONSTRUCTORS` builds: from a model to its optimizer wrapper. */
interface OptimWrapperConstructorContract {
  construct(model: Module): OptimWrapperContract
}

/**
 * Builds the `optim_wrapper` section of a config for a model.
 * @param config `optimizer`, the wrapper's options, and the two keys of its making: `constructor` (default
 *   'DefaultOptimWrapperConstructor') and `paramwise_cfg`. Or such sections by name, each for the part of the model with that name
 *   ('MultiOptimWrapperConstructor').
 */
export function buildOptimWrapper(model: Module, config: object, builder: Builder): OptimWrapperContract {
  const path = configPath(config) ?? 'optim_wrapper'
  const made = wrapperConstructorConfig({ ...config })
  const inner = made['optim_wrapper_cfg']
  annotatePaths(made, path)
  if (typeof inner === 'object' && inner !== null) annotatePaths(inner, path)
  const maker = OPTIM_WRAPPER_CONSTRUCTORS.build(made, builder)
  if (isConstructor(maker)) return maker.construct(model)
  throw new TesseraError('INVALID_REGISTRATION', {
    what: 'what is registered as optimizer wrapper constructor is none: it has no construct(model)',
    path: `${path}.constructor`,
    got: show(made['type']),
    expected: 'a class that extends DefaultOptimWrapperConstructor of @tessera/optim',
  })
}

function isConstructor(value: object): value is OptimWrapperConstructorContract {
  return 'construct' in value && typeof value.construct === 'function'
}
