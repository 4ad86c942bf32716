import { show } from '../errors.js'
import type { JsonSchema } from './optionSchema.js'

/** A JSON Schema as one would write the type: `'min' | 'max'`, `[number, number]`, `integer ≥ 1`, `MODELS`. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/definitions/', '')
  if (schema.const !== undefined) return show(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => show(value)).join(' | ')
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' | ')
  switch (schema.type) {
    case 'array':
      return arrayText(schema)
    case 'object':
      return objectText(schema)
    case 'number':
    case 'integer':
      return numberText(schema)
    case undefined:
      return 'any'
    default:
      return schema.type
  }
}

function arrayText({ items }: JsonSchema): string {
  if (isList(items)) return `[${items.map(typeText).join(', ')}]`
  const item = items === undefined ? 'any' : typeText(items)
  return item.includes(' ') ? `(${item})[]` : `${item}[]`
}

function objectText({ properties = {}, additionalProperties }: JsonSchema): string {
  const keys = Object.keys(properties)
  if (keys.length > 0) return keys.length > 4 ? `{ ${keys.slice(0, 4).join(', ')}, … }` : `{ ${keys.join(', ')} }`
  return typeof additionalProperties === 'object' ? `{ [name]: ${typeText(additionalProperties)} }` : 'object'
}

function numberText(schema: JsonSchema): string {
  const bounds = [
    ['minimum', '≥'],
    ['exclusiveMinimum', '>'],
    ['maximum', '≤'],
    ['exclusiveMaximum', '<'],
  ] as const
  const parts = bounds.filter(([key]) => schema[key] !== undefined).map(([key, sign]) => `${sign} ${String(schema[key])}`)
  return [schema.type, parts.join(', ')].filter((part) => part !== '').join(' ')
}

function isList(items: JsonSchema['items']): items is readonly JsonSchema[] {
  return Array.isArray(items)
}
