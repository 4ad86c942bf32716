import type { Entry, Registry } from '../registry/registry.js'
import { ROOT_REGISTRIES } from '../registry/root.js'
import { type JsonSchema, optionSchema, registryName } from './optionSchema.js'
import { typeText } from './typeText.js'

/** What the comments in a component's source say. */
export interface ComponentDocs {
  /** The text above the class. */
  readonly summary: string
  /** The text above each option, by its dotted path: `patch_cfg.stride`. */
  readonly options: Readonly<Record<string, string>>
}

/** Finds the docs of a class; undefined where there are none. */
export type FindDocs = (module: Entry['module']) => ComponentDocs | undefined

export interface OptionListing {
  /** Dotted for an option inside an option: `patch_cfg.stride`. */
  readonly name: string
  /** As one would write it: `integer ≥ 1`, `'min' | 'max'`, `MODELS` for a component. */
  readonly type: string
  readonly required: boolean
  /** Absent where leaving the option out is not the same as any value. */
  readonly default?: unknown
  readonly doc?: string
}

export interface ComponentListing {
  /** `MODELS`, or `audio.MODELS` for a registry of a plugin's scope. */
  readonly registry: string
  readonly type: string
  /** The class, where it is registered under another name. */
  readonly class?: string
  readonly doc?: string
  readonly options: readonly OptionListing[]
}

/** Everything that is registered, by registry and name (MMEngine's `traverse_registry_tree`, with the options). */
export function listComponents(
  registries: readonly Registry[] = Object.values<Registry>(ROOT_REGISTRIES),
  findDocs: FindDocs = () => undefined,
): ComponentListing[] {
  return registries.flatMap((registry) =>
    [...registry.walk()].map((found) => listing(found.registry, found.entry, findDocs(found.entry.module))),
  )
}

function listing(registry: Registry, { name, module }: Entry, docs: ComponentDocs | undefined): ComponentListing {
  const doc = docs?.summary ?? ''
  return {
    registry: registryName(registry),
    type: name,
    ...(module.name === name ? {} : { class: module.name }),
    ...(doc === '' ? {} : { doc }),
    options: optionListings(optionSchema(module.schema), docs),
  }
}

/** How deep options are listed: `patch_cfg.stride`. */
const MAX_DEPTH = 2

function optionListings(schema: JsonSchema, docs: ComponentDocs | undefined, prefix = ''): OptionListing[] {
  const { properties = {}, required = [] } = schema
  return Object.entries(properties).flatMap(([key, option]) => {
    const name = `${prefix}${key}`
    const doc = docs?.options[name]
    const own: OptionListing = {
      name,
      type: typeText(option),
      required: required.includes(key),
      ...(option.default === undefined ? {} : { default: option.default }),
      ...(doc === undefined ? {} : { doc }),
    }
    const inner = [option, ...(option.anyOf ?? [])].find(({ properties: parts }) => parts !== undefined)
    return [own, ...(inner === undefined || name.split('.').length >= MAX_DEPTH ? [] : optionListings(inner, docs, `${name}.`))]
  })
}
