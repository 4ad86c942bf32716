import type { Registry } from '../registry/registry.js'

/**
 * What stands in the place of a schema: one component or several, built from one of some registries. Components are checked when they
 * are built, so that valibot sees nothing of them; who checks or describes a config without building it asks here.
 */
export interface ComponentPlace {
  /** Where its `type` is looked up; empty if the place does not say. */
  readonly registries: readonly Registry[]
  readonly form: 'one' | 'list' | 'one or list'
  /** The type that is meant where a section gives none. A place without one that gives no type cannot be checked any further. */
  readonly defaultType?: ((section: Readonly<Record<string, unknown>>) => string) | undefined
  /** Whether a section without `type` is fine though nobody knows which component it is: it changes one that is chosen elsewhere. */
  readonly mayLackType?: boolean
  /** Keys of the section that whoever builds the component reads itself. */
  readonly ownKeys?: readonly string[]
  /** Those of them that only say which type is meant: beside a `type` they have no place. */
  readonly typeKeys?: readonly string[]
  /** A `type` that is no component but holds several sections by name under a key. */
  readonly group?: { readonly type: string; readonly key: string }
  /** The sections by name that a section holds where it is no component itself; undefined where it is one. */
  readonly named?: (section: Readonly<Record<string, unknown>>) => readonly (readonly [name: string, section: unknown])[] | undefined
  /** Other components that the same section configures. */
  readonly makers?: (section: Readonly<Record<string, unknown>>) => readonly MakerSection[]
}

const PLACES = new WeakMap<object, ComponentPlace>()

/** Notes what stands in the place of a schema, and gives the schema back. */
export function standsFor<TSchema extends object>(schema: TSchema, place: ComponentPlace): TSchema {
  PLACES.set(schema, place)
  return schema
}

/** What was noted for a schema, or for the one that a pipe begins with. */
export function componentPlace(schema: object): ComponentPlace | undefined {
  const first: unknown = 'pipe' in schema && Array.isArray(schema.pipe) ? schema.pipe[0] : undefined
  return PLACES.get(schema) ?? (typeof first === 'object' && first !== null ? PLACES.get(first) : undefined)
}

export interface MakerSection {
  readonly registries: readonly Registry[]
  /** As it is built, with its `type`. */
  readonly section: Readonly<Record<string, unknown>>
  /** Which key of the original section names the type. */
  readonly typeKey: string
}
