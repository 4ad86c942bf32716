import { annotatePaths, type Builder, configPath, OPTIM_WRAPPER_CONSTRUCTORS, show, TesseraError } from '@tessera/core'
import type { Module } from '@tessera/nn'
import * as v from 'valibot'
import { DefaultOptimWrapperConstructor } from '../constructors/defaultOptimWrapperConstructor.js'
import { wrapperConfigSchema } from '../constructors/wrapperConfig.js'
import type { OptimWrapper } from './optimWrapper.js'

/**
 * Builds the `optim_wrapper` section of a config for a model.
 * @param config `optimizer`, the wrapper's options, and the two keys of its making: `constructor` (default
 *   'DefaultOptimWrapperConstructor') and `paramwise_cfg`
 */
export function buildOptimWrapper(model: Module, config: object, builder: Builder): OptimWrapper {
  const path = configPath(config)
  // Own keys only: every object inherits a `constructor`.
  const { constructor: type = 'DefaultOptimWrapperConstructor', paramwise_cfg, ...wrapperConfig } = ownKeys(config)
  if (!v.is(wrapperConfigSchema, wrapperConfig)) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: "an optimizer wrapper needs an 'optimizer'",
      path,
      got: config,
      expected: "{ optimizer: { type: 'AdamW', … }, … }",
    })
  }
  const constructorConfig = { type, optim_wrapper_cfg: wrapperConfig, ...(paramwise_cfg === undefined ? {} : { paramwise_cfg }) }
  if (path !== undefined) {
    annotatePaths(constructorConfig, path)
    annotatePaths(wrapperConfig, path)
  }
  const maker = builder.build(OPTIM_WRAPPER_CONSTRUCTORS, constructorConfig)
  if (maker instanceof DefaultOptimWrapperConstructor) return maker.construct(model)
  throw new TesseraError('INVALID_REGISTRATION', {
    what: 'what is registered as optimizer wrapper constructor is none',
    path,
    got: show(type),
    expected: 'a class that extends DefaultOptimWrapperConstructor of @tessera/optim',
  })
}

function ownKeys(config: object): Record<string, unknown> {
  const own: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(config)) own[key] = value
  return own
}
