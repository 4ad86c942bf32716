import * as v from 'valibot'
import type { Registry } from '../registry/registry.js'
import type { ComponentConfig } from '../registry/types.js'
import { standsFor } from './componentPlace.js'

/** The schema of a nested component: `backbone: componentConfig<ModelTypes>(MODELS)`. Its options are checked when it is built. */
export interface ComponentConfigSchema<TMap> extends v.BaseSchema<ComponentConfig<TMap>, ComponentConfig<TMap>, v.CustomIssue> {}

/**
 * Keeps the object as it is (identity is what carries its config path), and demands a `type`.
 * @param registries where the type is looked up, for who checks or describes a config without building it
 */
export function componentConfig<TMap>(...registries: Registry[]): ComponentConfigSchema<TMap> {
  const schema = v.custom<ComponentConfig<TMap>>(isTyped, "Expected a component: an object with its own 'type'")
  return standsFor(schema, { registries, form: 'one' })
}

/** A list of components, `pipeline: componentConfigs<TransformTypes>(TRANSFORMS)`; a readonly one too. */
export interface ComponentConfigListSchema<TMap>
  extends v.BaseSchema<readonly ComponentConfig<TMap>[], readonly ComponentConfig<TMap>[], v.CustomIssue> {}

export function componentConfigs<TMap>(...registries: Registry[]): ComponentConfigListSchema<TMap> {
  const schema = v.custom<readonly ComponentConfig<TMap>[]>(
    (value) => Array.isArray(value) && value.every(isTyped),
    "Expected a list of components, each an object with its own 'type'",
  )
  return standsFor(schema, { registries, form: 'list' })
}

function isTyped(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'type')
}
