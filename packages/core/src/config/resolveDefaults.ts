import * as v from 'valibot'
import type { ComponentPlace } from '../schema/componentPlace.js'
import { placedSections } from '../schema/walkSchema.js'
import { findEntry, ownScope, placedOptions } from './placedEntry.js'
import { isPlainObject, ownValue } from './plainObject.js'
import { runConfigSchema } from './runConfigSchema.js'

type Section = Readonly<Record<string, unknown>>

/**
 * A config with the default of every option that it leaves out, as its components will see it. What is not registered, or does not
 * fit its schema, stays as it is: `checkComponents` says why.
 */
export function resolveDefaults(config: Section): Record<string, unknown> {
  const scope = ownValue(config, 'default_scope')
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      const schema: unknown = Object.hasOwn(runConfigSchema.entries, key) ? Reflect.get(runConfigSchema.entries, key) : undefined
      return [key, withDefaults(schema, value, typeof scope === 'string' ? scope : undefined)]
    }),
  )
}

/** A copy of a value in which every component that its schema knows of has its defaults. */
function withDefaults(schema: unknown, value: unknown, scope: string | undefined): unknown {
  const filled = new Map<unknown, unknown>()
  for (const { place, section } of placedSections(schema, value, '')) {
    if (place.named?.(section) === undefined) filled.set(section, fill(place, section, scope))
  }
  return replace(value, filled)
}

function fill(place: ComponentPlace, section: Section, outer: string | undefined): Section {
  const scope = ownScope(section) ?? outer
  const { type, ...given } = placedOptions(place, section)
  const entry = typeof type === 'string' ? findEntry(place.registries, type, scope) : undefined
  const { _scope_: _, ...options } = given
  const parsed = v.safeParse(entry?.module.schema ?? v.looseObject({}), Object.assign(Object.create(null), options))
  if (entry === undefined || !parsed.success) return section
  const isKept = (key: string): boolean =>
    key === '_scope_' || (place.ownKeys?.includes(key) === true && place.typeKeys?.includes(key) !== true)
  const kept = Object.entries(section).filter(([key]) => isKept(key))
  // A component inside keeps its identity when it is parsed, which is how it is found again.
  const complete = withDefaults(entry.module.schema, parsed.output, scope)
  return { type, ...(isPlainObject(complete) ? complete : {}), ...Object.fromEntries(kept) }
}

function replace(value: unknown, filled: ReadonlyMap<unknown, unknown>): unknown {
  if (filled.has(value)) return filled.get(value)
  if (Array.isArray(value)) return value.map((item) => replace(item, filled))
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replace(child, filled)]))
}
