import { Document, isScalar, visit } from 'yaml'
import { TesseraError } from '../errors.js'
import { copyConfig } from './copyConfig.js'
import { type ConfigDict, isPlainObject, joinPath } from './plainObject.js'
import { pythonText } from './pythonText.js'

export const DUMP_FORMATS = ['ts', 'json', 'yaml', 'py'] as const
export type DumpFormat = (typeof DUMP_FORMATS)[number]

/**
 * The config as text that loads back to the same config. Keys keep their order; a class given as `type` is written by its name.
 * Tuples are told from lists in Python only. JSON writes infinity as 1e999, a number that every reader takes for it.
 * @throws TesseraError UNSUPPORTED for a value that such a file cannot hold: functions, instances, in JSON also NaN
 */
export function dumpConfig(config: Readonly<Record<string, unknown>>, format: DumpFormat): string {
  const data = writable(copyConfig(config), '', format) as ConfigDict
  switch (format) {
    case 'yaml':
      return yamlText(data)
    case 'json':
      return `${literal(data, '', 'json')}\n`
    case 'py':
      return pythonText(data)
    case 'ts':
      return `export default ${literal(data, '', 'ts')}\n`
  }
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
  if (typeof value === 'number' && (format !== 'json' || !Number.isNaN(value))) return value
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

/** A value as TypeScript or JSON: the same but for quotes, commas at the end, and infinity. */
function literal(value: unknown, indent: string, format: 'ts' | 'json'): string {
  const inner = `${indent}  `
  const end = format === 'ts' ? ',\n' : '\n'
  if (Array.isArray(value)) {
    const items = value.map((item) => literal(item, inner, format))
    if (value.every((item) => typeof item !== 'object' || item === null)) return `[${items.join(', ')}]`
    return `[\n${items.map((item) => `${inner}${item}`).join(',\n')}${end}${indent}]`
  }
  if (isPlainObject(value)) {
    const lines = Object.entries(value).map(([key, child]) => `${inner}${propertyName(key, format)}: ${literal(child, inner, format)}`)
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}${end}${indent}}`
  }
  if (typeof value === 'string') return JSON.stringify(value)
  if (format === 'json' && (value === Infinity || value === -Infinity)) return value > 0 ? '1e999' : '-1e999'
  return Object.is(value, -0) ? '-0' : String(value)
}

function propertyName(key: string, format: 'ts' | 'json'): string {
  return format === 'ts' && /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
}
