import { stringify } from 'yaml'
import { TesseraError } from '../errors.js'

export type DumpFormat = 'ts' | 'json' | 'yaml'

/**
 * The config as text that loads back to the same config. Keys keep their order.
 * @throws TesseraError UNSUPPORTED for a value that a file cannot hold (a function, NaN in JSON)
 */
export function dumpConfig(config: Readonly<Record<string, unknown>>, format: DumpFormat): string {
  refuseUnwritable(config, '', format)
  if (format === 'yaml') return stringify(config, { aliasDuplicateObjects: false })
  if (format === 'json') return `${JSON.stringify(config, null, 2)}\n`
  return `export default ${literal(config, '')}\n`
}

function literal(value: unknown, indent: string): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    if (value.every((item) => typeof item !== 'object' || item === null)) return `[${value.map((item) => literal(item, inner)).join(', ')}]`
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, child]) => child !== undefined)
    if (entries.length === 0) return '{}'
    return `{\n${entries.map(([key, child]) => `${inner}${propertyName(key)}: ${literal(child, inner)},\n`).join('')}${indent}}`
  }
  if (typeof value === 'string') return JSON.stringify(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
}

function refuseUnwritable(value: unknown, path: string, format: DumpFormat): void {
  if (
    typeof value === 'function' ||
    typeof value === 'symbol' ||
    typeof value === 'bigint' ||
    (format === 'json' && typeof value === 'number' && !Number.isFinite(value))
  ) {
    throw new TesseraError('UNSUPPORTED', { what: `a ${format} file cannot hold this value`, path, got: value })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) refuseUnwritable(child, path === '' ? key : `${path}.${key}`, format)
}
