import { isPlainObject, joinPath } from '../config/plainObject.js'
import { type ComponentPlace, componentPlace } from './componentPlace.js'

/** A section that stands where a schema has a component. */
export interface PlacedSection {
  readonly place: ComponentPlace
  readonly section: Readonly<Record<string, unknown>>
  readonly path: string
}

/** Every component that a value holds directly, found by walking value and schema side by side; not the components inside those. */
export function* placedSections(schema: unknown, value: unknown, path: string): Generator<PlacedSection> {
  if (typeof schema !== 'object' || schema === null || value === undefined || value === null) return
  const place = componentPlace(schema)
  if (place !== undefined) yield* sectionsAt(place, value, path)
  else for (const [part, child, childPath] of parts(schema, value, path)) yield* placedSections(part, child, childPath)
}

function* sectionsAt(place: ComponentPlace, value: unknown, path: string): Generator<PlacedSection> {
  if (isPlainObject(value) && place.form !== 'list') {
    yield { place, section: value, path }
    for (const [name, member] of place.named?.(value) ?? []) yield* sectionsAt(place, member, joinPath(path, name))
  }
  if (!Array.isArray(value) || place.form === 'one') return
  for (const [index, item] of value.entries()) if (isPlainObject(item)) yield { place, section: item, path: joinPath(path, index) }
}

/** The schemas inside a schema, each with the part of the value that it is for. */
function* parts(schema: object, value: unknown, path: string): Generator<[schema: unknown, value: unknown, path: string]> {
  const { wrapped, options, item, items, entries, rest, type, value: recordValue } = schema as Partial<Record<string, unknown>>
  // optional, nullish and their kin; unions, of which whichever option fits will find something.
  if (wrapped !== undefined) yield [wrapped, value, path]
  if (Array.isArray(options)) for (const option of options) yield [option, value, path]
  if (Array.isArray(value)) {
    for (const [index, child] of value.entries())
      yield [item ?? (Array.isArray(items) ? items[index] : undefined), child, joinPath(path, index)]
  } else if (isPlainObject(value)) {
    const known = isPlainObject(entries) ? entries : {}
    const others = type === 'record' ? recordValue : rest
    for (const [key, child] of Object.entries(value)) yield [Object.hasOwn(known, key) ? known[key] : others, child, joinPath(path, key)]
  }
}

/** The options that hold a component and do not say which registry it is from. */
export function unnamedPlaces(schema: unknown, path = '', within: readonly unknown[] = []): string[] {
  if (typeof schema !== 'object' || schema === null || within.includes(schema)) return []
  const place = componentPlace(schema)
  if (place !== undefined) return place.registries.length === 0 ? [path] : []
  const { wrapped, options, item, items, entries, rest, value } = schema as Partial<Record<string, unknown>>
  const inside = [wrapped, item, rest, value, ...(Array.isArray(options) ? options : []), ...(Array.isArray(items) ? items : [])]
  const named = isPlainObject(entries) ? Object.entries(entries) : []
  const deeper = [...within, schema]
  return [
    ...inside.flatMap((inner) => unnamedPlaces(inner, path, deeper)),
    ...named.flatMap(([key, inner]) => unnamedPlaces(inner, joinPath(path, key), deeper)),
  ]
}
