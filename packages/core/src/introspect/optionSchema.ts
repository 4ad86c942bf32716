import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import type { Registry } from '../registry/registry.js'
import { ROOT_REGISTRIES } from '../registry/root.js'
import { isCodeOnly } from '../schema/codeOnly.js'
import { type ComponentPlace, componentPlace } from '../schema/componentPlace.js'

/** The part of JSON Schema (draft 7) that is used here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema | readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly required?: readonly string[]
}

/**
 * A component's schema as JSON Schema. A nested component is a reference to its registry (`#/definitions/MODELS`); what only code can
 * check is left out, so that it accepts at least what the component does.
 */
export function optionSchema(schema: v.GenericSchema | undefined): JsonSchema {
  if (schema === undefined) return { type: 'object', properties: {}, required: [], additionalProperties: false }
  const {
    $schema: _,
    $defs,
    ...converted
  } = toJsonSchema(schema, {
    target: 'draft-07',
    typeMode: 'input',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }) => {
      const place = componentPlace(valibotSchema)
      if (place !== undefined) return placeSchema(place) as Record<string, never>
      if (isCodeOnly(valibotSchema)) return { not: {} }
      // A lazy schema that shows what it mostly is (`paramwise_cfg`): calling it without an input would show something else.
      const shown: unknown = valibotSchema.type === 'lazy' ? Reflect.get(valibotSchema, 'wrapped') : undefined
      return shown === undefined ? undefined : (optionSchema(shown as v.GenericSchema) as Record<string, never>)
    },
  }) as object as Readonly<Record<string, unknown>>
  return inlined(converted, isRecord($defs) ? $defs : {}, []) as JsonSchema
}

/** With local definitions in their places; one that contains itself says no more than that it is there. */
function inlined(value: unknown, definitions: Readonly<Record<string, unknown>>, within: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, definitions, within))
  if (!isRecord(value)) return value
  const local = /^#\/\$defs\/(.+)$/.exec(String(value['$ref']))?.[1]
  if (local !== undefined) return within.includes(local) ? {} : inlined(definitions[local], definitions, [...within, local])
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inlined(child, definitions, within)]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A reference to what may stand in a place. */
export function placeSchema(place: ComponentPlace): JsonSchema {
  const references = place.registries.map((registry) => ({ $ref: `#/definitions/${registryName(registry)}` }))
  const [first = { type: 'object' }, ...more] = references
  const one = more.length === 0 ? first : { anyOf: references }
  if (place.form === 'one') return one
  const list = { type: 'array', items: one }
  return place.form === 'list' ? list : { anyOf: [one, list] }
}

/** `MODELS`: what a root registry is called in code; any other by its scope and name. */
export function registryName(registry: Registry): string {
  const root = Object.entries(ROOT_REGISTRIES).find(([, known]) => known === registry.root)?.[0] ?? registry.root.name
  return registry === registry.root ? root : `${registry.scope}.${root}`
}
