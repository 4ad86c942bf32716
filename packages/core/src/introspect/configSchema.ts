import { runConfigSchema } from '../config/runConfigSchema.js'
import { PLACES } from '../config/runPlaces.js'
import type { Entry, Registry } from '../registry/registry.js'
import { OPTIM_WRAPPER_CONSTRUCTORS, ROOT_REGISTRIES } from '../registry/root.js'
import { type ComponentPlace, componentPlace } from '../schema/componentPlace.js'
import type { ComponentDocs, FindDocs } from './listComponents.js'
import { type JsonSchema, optionSchema, placeSchema, registryName } from './optionSchema.js'

/** Keys that any section of a config may have beside its options. */
const MARKERS: Readonly<Record<string, JsonSchema>> = {
  _delete_: { type: 'boolean', description: "Replace the base's section instead of merging into it." },
  _scope_: { type: 'string', description: 'The plugin that names in here are looked up in first.' },
}

/**
 * A JSON Schema (draft 7) of whole configs, for editors: JSON and YAML configs complete `type` and its options, and mark what is wrong.
 * It knows what is registered when it is made. A section without a `type` may change one of a base, so its keys are not judged.
 */
export function configSchema(findDocs: FindDocs = () => undefined): JsonSchema {
  const definitions: Record<string, JsonSchema> = {}
  for (const registry of Object.values<Registry>(ROOT_REGISTRIES)) {
    for (const { registry: owner, entry } of registry.walk()) {
      definitions[`${registryName(owner)}.${entry.name}`] = componentSchema(entry, builderKeys(registry), findDocs(entry.module))
    }
    for (const one of family(registry)) definitions[registryName(one)] = choice([one])
  }
  const properties = Object.fromEntries(
    Object.entries(runConfigSchema.entries).map(([key, schema]) => [key, topLevel(schema, definitions)]),
  )
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Tessera config',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      _base_: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }], description: 'Configs that this one changes.' },
      ...properties,
    },
    definitions,
  }
}

/** Keys beside the options that whoever builds the components of a registry reads itself. */
function builderKeys(registry: Registry): string[] {
  const places: ComponentPlace[] = Object.values(PLACES)
  const own = places.filter(({ registries }) => registries.includes(registry))
  return own.flatMap(({ ownKeys = [], typeKeys = [] }) => ownKeys.filter((key) => !typeKeys.includes(key)))
}

/** The options of one component, and `type`, whose value the registry's choice has checked. */
function componentSchema({ module }: Entry, keys: readonly string[], docs: ComponentDocs | undefined): JsonSchema {
  const { properties = {}, required = [] } = optionSchema(module.schema)
  const described = Object.entries(properties).map(([key, option]) => {
    const doc = docs?.options[key]
    return [key, doc === undefined ? patchable(option) : { ...patchable(option), description: doc }]
  })
  return {
    type: 'object',
    ...(docs === undefined || docs.summary === '' ? {} : { description: docs.summary }),
    properties: {
      type: { type: 'string' },
      ...Object.fromEntries(described),
      ...Object.fromEntries(keys.map((key) => [key, {}])),
      ...MARKERS,
    },
    required: ['type', ...required],
    additionalProperties: false,
  }
}

/** `_delete_` is allowed in every object inside an option, too. */
function patchable(option: JsonSchema): JsonSchema {
  const { properties, anyOf } = option
  return {
    ...option,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(patchable) }),
    ...(properties === undefined
      ? {}
      : { properties: { ...Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, patchable(child)])), ...MARKERS } }),
  }
}

/** The `type` says which component's options hold. */
function choice(registries: readonly Registry[]): JsonSchema {
  const names = registries.flatMap((registry) =>
    [...registry.walk()].map(({ registry: owner, entry }) => ({
      type: owner === registry ? entry.name : `${owner.scope}.${entry.name}`,
      definition: `${registryName(owner)}.${entry.name}`,
    })),
  )
  // The standard allows no empty lists.
  if (names.length === 0) return { type: 'object', properties: { type: { type: 'string' } } }
  return {
    type: 'object',
    properties: { type: { type: 'string', enum: names.map(({ type }) => type) } },
    allOf: names.map(({ type, definition }) => when(hasType(type), { $ref: `#/definitions/${definition}` })),
  }
}

/** The second holds where the first does. */
function when(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, in data that nobody awaits
  return { if: condition, then: consequence }
}

function hasType(type: string): JsonSchema {
  return { properties: { type: { const: type } }, required: ['type'] }
}

/** One top-level key; null means "not given". */
function topLevel(schema: object, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const wrapped: unknown = Reflect.get(schema, 'wrapped')
  const place = typeof wrapped === 'object' && wrapped !== null ? componentPlace(wrapped) : undefined
  const value = place === undefined ? optionSchema(schema as Parameters<typeof optionSchema>[0]) : sectionSchema(place, definitions)
  return place === undefined ? patchable(value) : { anyOf: [value, { type: 'null' }] }
}

/** A section whose builder knows which component is meant without a `type`, or reads a `constructor` beside it. */
function sectionSchema(place: ComponentPlace, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { ownKeys, typeKeys, defaultType, registries, group } = place
  const [registry] = registries
  if (defaultType === undefined || registry === undefined) return placeSchema(place)
  const { allOf, properties } = choice(registries)
  // What is not said may stand in a base: without a type, nothing is required.
  const { required: _, ...usual } = definitions[`${registryName(registry)}.${defaultType({})}`] ?? {}
  return {
    type: 'object',
    ...(group === undefined ? { properties } : {}),
    allOf: [
      ...(Array.isArray(allOf) ? allOf : []),
      ...(ownKeys?.includes('constructor') === true ? constructorRules(definitions) : []),
      when({ not: { required: ['type'] } }, typeKeys === undefined ? usual : {}),
    ],
  }
}

/** `constructor` says which rules `paramwise_cfg` may hold. */
function constructorRules(definitions: Readonly<Record<string, JsonSchema>>): JsonSchema[] {
  const prefix = `${registryName(OPTIM_WRAPPER_CONSTRUCTORS)}.`
  const names = Object.keys(definitions)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
  return [
    { properties: { constructor: { type: 'string', enum: names } } },
    ...names.map((name) =>
      when(
        { properties: { constructor: { const: name } }, required: ['constructor'] },
        { properties: { paramwise_cfg: definitions[prefix + name]?.properties?.['paramwise_cfg'] ?? {} } },
      ),
    ),
  ]
}

function family(registry: Registry): Registry[] {
  return [registry, ...[...registry.children.values()].flatMap(family)]
}
