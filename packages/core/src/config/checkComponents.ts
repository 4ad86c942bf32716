import { TesseraError } from '../errors.js'
import type { Entry, Registry } from '../registry/registry.js'
import { suggest } from '../registry/suggest.js'
import type { ComponentPlace } from '../schema/componentPlace.js'
import { optionErrors } from '../schema/parseOptions.js'
import { placedSections } from '../schema/walkSchema.js'
import { findEntry, ownScope, placedOptions, scopedRegistries } from './placedEntry.js'
import { isPlainObject, joinPath, ownValue } from './plainObject.js'
import { runConfigSchema } from './runConfigSchema.js'

/**
 * Everything that is wrong with the components of a loaded config, found without building any: types that are not registered,
 * unknown options, values that no option takes. What a component checks while it is built is not seen here.
 */
export function checkComponents(config: Readonly<Record<string, unknown>>): TesseraError[] {
  const check = new Check(ownText(config, 'default_scope'))
  for (const [key, value] of Object.entries(config)) {
    if (Object.hasOwn(runConfigSchema.entries, key)) check.sections(Reflect.get(runConfigSchema.entries, key), value, key)
  }
  return [...check.problems.values()]
}

class Check {
  /** By place and message: a union looks at one value more than once. */
  readonly problems = new Map<string, TesseraError>()

  constructor(private readonly defaultScope: string | undefined) {}

  sections(schema: unknown, value: unknown, path: string, scope?: string): void {
    for (const found of placedSections(schema, value, path)) this.placed(found.place, found.section, found.path, scope)
  }

  private placed(place: ComponentPlace, section: Readonly<Record<string, unknown>>, path: string, scope: string | undefined): void {
    const { group } = place
    if (group !== undefined && ownValue(section, 'type') === group.type) {
      const members = ownValue(section, group.key)
      for (const [name, member] of Object.entries(isPlainObject(members) ? members : {})) {
        if (isPlainObject(member)) this.placed(place, member, joinPath(joinPath(path, group.key), name), scope)
      }
      return
    }
    for (const maker of place.makers?.(section) ?? []) this.component(maker.registries, maker.section, path, scope, maker.typeKey)
    if (place.named?.(section) !== undefined) return
    const built = placedOptions(place, section)
    if (!Object.hasOwn(built, 'type') && place.mayLackType === true) return
    this.component(place.registries, built, path, scope, 'type')
  }

  private component(
    registries: readonly Registry[],
    section: Readonly<Record<string, unknown>>,
    path: string,
    outer: string | undefined,
    typeKey: string,
  ): void {
    const scope = ownScope(section) ?? outer
    const type = ownValue(section, 'type')
    // A class of a TypeScript config is checked by the compiler and when it is built.
    if (typeof type === 'function') return
    if (typeof type !== 'string') {
      const what = `a ${registries[0]?.name ?? 'component'} config needs a 'type'`
      this.note(new TesseraError('MISSING_TYPE', { what, path, got: section }))
      return
    }
    const entry = this.find(registries, type, joinPath(path, typeKey), scope)
    if (entry === undefined) {
      this.guess(section, path)
      return
    }
    const { schema } = entry.module
    for (const problem of optionErrors(schema, section, { type: entry.name, path })) this.note(problem)
    if (schema !== undefined) {
      const { type: _type, ...options } = section
      this.sections(schema, options, path, scope)
    }
  }

  private find(registries: readonly Registry[], type: string, path: string, scope: string | undefined): Entry | undefined {
    const found = findEntry(registries, type, scope ?? this.defaultScope)
    if (found !== undefined) return found
    if (registries.length === 0) {
      this.note(unknownAnywhere(type, path))
      return undefined
    }
    try {
      return scopedRegistries(registries, scope ?? this.defaultScope)[0]?.resolve(type, path)
    } catch (error) {
      if (error instanceof TesseraError) this.note(error)
      return undefined
    }
  }

  /** Inside a component that nobody knows: what looks like a component and is known nowhere is missing, too. */
  private guess(value: unknown, path: string): void {
    for (const [key, child] of Object.entries(value ?? {})) {
      const place = joinPath(path, Array.isArray(value) ? Number(key) : key)
      if (typeof child !== 'object' || child === null) continue
      const type = ownText(child, 'type')
      if (type !== undefined && /^[A-Z]/.test(type) && findEntry([], type, undefined) === undefined)
        this.find([], type, joinPath(place, 'type'), undefined)
      this.guess(child, place)
    }
  }

  private note(problem: TesseraError): void {
    this.problems.set(`${problem.code} ${problem.message}`, problem)
  }
}

/** A type in a place that does not say which registry is meant. */
function unknownAnywhere(type: string, path: string): TesseraError {
  const known = scopedRegistries([], undefined).flatMap((registry) => registry.list())
  return new TesseraError('UNKNOWN_TYPE', {
    what: 'no component is registered under this name',
    path,
    got: type,
    nearest: suggest(type, known),
  })
}

function ownText(section: object, key: string): string | undefined {
  const value = ownValue(section, key)
  return typeof value === 'string' ? value : undefined
}
