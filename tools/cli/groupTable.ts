import type { Module } from '@tessera/nn'
import type { GroupDescription } from '@tessera/optim'

const COLUMNS = ['parameter', 'shape', 'layer', 'lr scale', 'lr', 'weight decay'] as const

/** One line a parameter, frozen ones included. */
export function groupTable(groups: readonly GroupDescription[], model: Module): string {
  const shapes = new Map([...model.namedParameters()].map(([name, parameter]) => [name, parameter.shape]))
  const grouped = new Set(groups.flatMap((group) => group.params))
  const rows = groups.flatMap((group) =>
    group.params.map((name) => [
      name,
      `[${(shapes.get(name) ?? []).join(', ')}]`,
      cell(group['layer_id']),
      cell(group['lr_scale']),
      number(group.lr),
      cell(group.weight_decay),
    ]),
  )
  const frozen = [...shapes]
    .filter(([name]) => !grouped.has(name))
    .map(([name, shape]) => [name, `[${shape.join(', ')}]`, '', '', 'frozen', ''])
  const table = [[...COLUMNS], ...rows, ...frozen]
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n\n${rows.length} parameters in ${groups.length} groups${frozen.length > 0 ? `, ${frozen.length} frozen` : ''}\n`
}

function cell(value: unknown): string {
  return typeof value === 'number' ? number(value) : value === undefined ? '' : String(value)
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(5)
}
