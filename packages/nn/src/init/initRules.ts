import { type Builder, componentConfig, TesseraError, WEIGHT_INITIALIZERS, type WeightInitializerTypes } from '@tessera/core'
import * as v from 'valibot'
import type { InitRule } from '../module/module.js'

const entry = componentConfig<WeightInitializerTypes>(WEIGHT_INITIALIZERS)

/** The `init_cfg` option of a component: one initialiser, several, or none. */
export const initCfgSchema = v.nullish(v.union([entry, v.array(entry)]))

/** Builds an `init_cfg` for `module.initRules`. */
export function buildInitRules(initCfg: v.InferOutput<typeof initCfgSchema>, builder: Builder): InitRule[] {
  if (initCfg === null || initCfg === undefined) return []
  return [initCfg].flat().map((config) => {
    const rule = builder.build<object>(WEIGHT_INITIALIZERS, config)
    if ('apply' in rule && typeof rule.apply === 'function') return rule as InitRule
    throw new TesseraError('INVALID_OPTIONS', { what: 'a weight initialiser needs a method apply(module)', got: rule.constructor.name })
  })
}
