import * as v from 'valibot'
import type { ComponentConfig } from '../registry/types.js'
import { type ComponentPlace, standsFor } from '../schema/componentPlace.js'
import { type ConfigDict, isPlainObject } from './plainObject.js'

/**
 * What may stand where a component of a registry is configured: a whole component, or a patch of the base's.
 * With a `type` the compiler checks the options of that very component. Without one, the keys of all components of the
 * registry are known, so that a misspelt key is still found.
 */
export type Section<TMap> = WholeComponent<ComponentConfig<TMap>> | Patch<ComponentConfig<TMap>>

type WholeComponent<TConfig> = TConfig extends unknown ? TConfig & { _delete_?: boolean } : never

/** Some keys of whichever component the base chose. */
export type Patch<TConfig> = { type?: never; _delete_?: boolean } & {
  [K in Exclude<KeysOf<TConfig>, 'type'>]?: PatchValue<ValueOf<TConfig, K>>
}

type KeysOf<TUnion> = TUnion extends unknown ? keyof TUnion : never
type ValueOf<TUnion, TKey extends PropertyKey> = TUnion extends unknown ? (TKey extends keyof TUnion ? TUnion[TKey] : never) : never

/** Components inside a component may be patched in turn; lists and plain values are replaced whole. */
type PatchValue<TValue> = PatchedComponent<Extract<TValue, { type: string }>> | PatchedValue<Exclude<TValue, { type: string }>>
type PatchedComponent<TConfig> = [TConfig] extends [never] ? never : WholeComponent<TConfig> | Patch<TConfig>
type PatchedValue<TValue> = TValue extends readonly unknown[] | Callable
  ? TValue
  : TValue extends object
    ? { [K in keyof TValue]?: TValue[K] } & { _delete_?: boolean }
    : TValue

type Callable = (...args: never[]) => unknown

/**
 * A section stays raw when a config is checked as a whole: its component checks it when it is built. The input type says what users
 * may write, the output type what the check guarantees: an object. Every schema here is an interface over an interface: a type that is
 * written out instead would be fixed as it is while core compiles, when no component is registered yet.
 */
export interface RawSectionSchema<TInput> extends v.BaseSchema<TInput, Readonly<ConfigDict>, v.CustomIssue> {}

/** A component of a registry, or a patch of the base's. */
export interface SectionSchema<TMap> extends RawSectionSchema<Section<TMap>> {}

/** One section or a list of them. */
export interface SectionListSchema<TMap>
  extends v.BaseSchema<Section<TMap> | readonly Section<TMap>[], Readonly<ConfigDict> | readonly Readonly<ConfigDict>[], v.CustomIssue> {}

/** @param place what is built from it */
export function section<TMap>(place: ComponentPlace): SectionSchema<TMap> {
  return rawSection<SectionSchema<TMap>>(place)
}

/** A section of a type of its own. */
export function rawSection<TSchema extends v.GenericSchema>(place: ComponentPlace): TSchema {
  const schema: unknown = standsFor(v.custom(isPlainObject, 'must be a section (an object)'), place)
  return schema as TSchema
}

export function sectionOrList<TMap>(place: ComponentPlace): SectionListSchema<TMap> {
  return rawSectionOrList<SectionListSchema<TMap>>(place)
}

/** One section or a list of them, of a type of their own. */
export function rawSectionOrList<TSchema extends v.GenericSchema>(place: ComponentPlace): TSchema {
  const isSections = (value: unknown): boolean => isPlainObject(value) || (Array.isArray(value) && value.every(isPlainObject))
  const schema: unknown = standsFor(v.custom(isSections, 'must be a section (an object) or a list of sections'), place)
  return schema as TSchema
}
