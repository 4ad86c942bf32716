import * as v from 'valibot'
import type { ComponentConfig } from '../registry/types.js'

/** The schema of a nested component: `backbone: componentConfig<ModelTypes>()`. Its options are checked when it is built. */
export interface ComponentConfigSchema<TMap> extends v.BaseSchema<ComponentConfig<TMap>, ComponentConfig<TMap>, v.CustomIssue> {}

/** Keeps the object as it is (identity is what carries its config path), and demands a `type`. */
export function componentConfig<TMap>(): ComponentConfigSchema<TMap> {
  return v.custom<ComponentConfig<TMap>>(isTyped, "Expected a component: an object with its own 'type'")
}

/** A list of components, `pipeline: componentConfigs<TransformTypes>()`; a readonly one too. */
export interface ComponentConfigListSchema<TMap>
  extends v.BaseSchema<readonly ComponentConfig<TMap>[], readonly ComponentConfig<TMap>[], v.CustomIssue> {}

export function componentConfigs<TMap>(): ComponentConfigListSchema<TMap> {
  return v.custom<readonly ComponentConfig<TMap>[]>(
    (value) => Array.isArray(value) && value.every(isTyped),
    "Expected a list of components, each an object with its own 'type'",
  )
}

function isTyped(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'type')
}
