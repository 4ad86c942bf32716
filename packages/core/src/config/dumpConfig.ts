import { Document, isScalar, visit } from 'yaml'
import { TesseraError } from '../errors.js'
import { copyConfig } from './copyConfig.js'
import { isPlainObject, joinPath } from './plainObject.js'

export type DumpFormat = 'ts' | 'json' | 'yaml'

/**
 * The config as text that loads back to the same config. Keys keep their order; a class given as `type` is written by its name.
 * @throws TesseraError UNSUPPORTED for a value that such a file cannot hold: functions, instances, in JSON also NaN and Infinity
 */
export function dumpConfig(config: Readonly<Record<string, unknown>>, format: DumpFormat): string {
  const data = writable(copyConfig(config), '', format)
  if (format === 'yaml') return yamlText(data)
  if (format === 'json') return `${JSON.stringify(data, null, 2)}\n`
  return `export default ${literal(data, '')}\n`
}

/** The values as the format can hold them. */
function writable(value: unknown, path: string, format: DumpFormat): unknown {
  if (Array.isArray(value)) return value.map((item, index) => writable(item, joinPath(path, index), format))
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        if (key === 'type' && typeof child === 'function' && child.name !== '') return [key, child.name]
        return [key, writable(child, joinPath(path, key), format)]
      }),
    )
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  // JSON has no -0 either, but nothing in a config tells it from 0.
  if (typeof value === 'number' && (format !== 'json' || Number.isFinite(value))) return value
  throw new TesseraError('UNSUPPORTED', { what: `a ${format} file cannot hold this value`, path, got: value })
}

function yamlText(data: unknown): string {
  const document = new Document(data, { aliasDuplicateObjects: false })
  visit(document, {
    // Bare, this key would merge its value into the section when it is read.
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '<<') key.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString()
}

function literal(value: unknown, indent: string): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null)) return `[${value.map((item) => literal(item, inner)).join(', ')}]`
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`
  }
  if (isPlainObject(value)) {
    const lines = Object.entries(value).map(([key, child]) => `${inner}${propertyName(key)}: ${literal(child, inner)},\n`)
    return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`
  }
  if (typeof value === 'string') return JSON.stringify(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
}
