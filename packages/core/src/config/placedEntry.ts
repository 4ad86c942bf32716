import type { Entry, Registry } from '../registry/registry.js'
import { ROOT_REGISTRIES } from '../registry/root.js'
import type { ComponentPlace } from '../schema/componentPlace.js'
import { ownValue } from './plainObject.js'

/** The registries that a component may be in, as seen from a scope; all of them if its place does not say. */
export function scopedRegistries(registries: readonly Registry[], scope: string | undefined): Registry[] {
  const candidates = registries.length === 0 ? Object.values<Registry>(ROOT_REGISTRIES) : registries
  return candidates.map((registry) => registry.inScope(scope))
}

/** The entry that a type names in one of some registries. */
export function findEntry(registries: readonly Registry[], type: string, scope: string | undefined): Entry | undefined {
  return scopedRegistries(registries, scope)
    .map((registry) => registry.get(type))
    .find((entry) => entry !== undefined)
}

/** What a section of a config is built from: its type, or the one that its place means, and its options without those of the builder. */
export function placedOptions(place: ComponentPlace, section: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const type = Object.hasOwn(section, 'type') ? section['type'] : place.defaultType?.(section)
  const own = Object.entries(section).filter(([key]) => key !== 'type' && place.ownKeys?.includes(key) !== true)
  return { ...(type === undefined ? {} : { type }), ...Object.fromEntries(own) }
}

/** The scope that names inside a section are looked up in. */
export function ownScope(section: object): string | undefined {
  const scope = ownValue(section, '_scope_')
  return typeof scope === 'string' ? scope : undefined
}
