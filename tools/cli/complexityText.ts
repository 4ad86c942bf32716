import type { Complexity, ModuleCost } from '@tessera/nn'

/** 1,234,567 → '1.235M'. */
export function sizeText(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const)
    if (value >= size) return `${(value / size).toFixed(3)}${unit}`
  return String(value)
}

/** A table of modules down to `depth`. */
export function complexityTable({ modules }: Complexity, depth: number): string {
  const rows = modules.filter((one) => one.depth <= depth && (one.parameters > 0 || one.flops > 0)).map(rowOf)
  return table([['module', 'type', 'parameters', 'flops', 'activations'], ...rows], 2)
}

function rowOf({ name, type, depth, parameters, flops, activations }: ModuleCost): string[] {
  return [`${'  '.repeat(depth)}${name === '' ? 'model' : name}`, type, sizeText(parameters), sizeText(flops), sizeText(activations)]
}

/** Every module with what it returns and holds. */
export function summaryTable({ modules }: Complexity, depth: number): string {
  const rows = modules
    .filter((one) => one.depth <= depth)
    .map((one) => [
      `${'  '.repeat(one.depth)}${one.name === '' ? 'model' : (one.name.split('.').at(-1) ?? '')}`,
      one.type,
      one.outputShape.length === 0 ? '-' : `[${one.outputShape.join(', ')}]`,
      one.parameters.toLocaleString('en-US'),
    ])
  return table([['module', 'type', 'output', 'parameters'], ...rows], 3)
}

/** @param numbersFrom columns from here on stand right */
function table(rows: readonly (readonly string[])[], numbersFrom: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`
}
