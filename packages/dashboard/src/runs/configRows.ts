import { compareConfigs, show } from '@tessera/core'
import type { ConfigRow } from '../api.js'

type Config = Readonly<Record<string, unknown>>

/** Every value that is not the same in all configs, with what each says. */
export function differingRows(configs: readonly Config[]): ConfigRow[] {
  const [first, ...others] = configs
  if (first === undefined) return []
  const rows = new Map<string, unknown[]>()
  for (const [index, other] of others.entries()) {
    for (const { path, before, after } of compareConfigs(first, other)) {
      const row = rows.get(path) ?? Array.from(configs, () => before)
      row[index + 1] = after
      rows.set(path, row)
    }
  }
  return [...rows].map(([path, values]) => ({ path, values: values.map(cell) })).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** One config, value by value, in its order. */
export function allRows(config: Config): ConfigRow[] {
  return compareConfigs(config, {}).flatMap(({ path, before }) => leaves(path, before))
}

function leaves(path: string, value: unknown): ConfigRow[] {
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) return [{ path, values: [cell(value)] }]
  const isFlat = Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object')
  if (isFlat) return [{ path, values: [cell(value)] }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, inner))
}

function cell(value: unknown): string | null {
  return value === undefined ? null : show(value, 400)
}
