import { escapeHtml } from '../report/escapeHtml.js'

export interface ConfusionChartOptions {
  readonly classes?: readonly string[] | undefined
  /** Write the counts into the cells. */
  readonly includeValues?: boolean
}

const LABELS = 110
const COLOR = '#2a78d6'

/** A confusion matrix as an SVG file: rows are labels, columns predictions, a cell as dark as its share of the row. */
export function confusionChart(
  matrix: readonly (readonly number[])[],
  { classes, includeValues = false }: ConfusionChartOptions = {},
): string {
  const cell = Math.max(10, Math.min(44, Math.floor(900 / Math.max(1, matrix.length))))
  const size = LABELS + matrix.length * cell + 20
  const name = (index: number) => escapeHtml(classes?.[index] ?? String(index))
  const parts: string[] = []
  for (const [label, row] of matrix.entries()) {
    const total = row.reduce((sum, count) => sum + count, 0) || 1
    const middle = LABELS + label * cell + cell / 2
    parts.push(`<text x="${LABELS - 6}" y="${middle + 4}" text-anchor="end">${name(label)}</text>`)
    parts.push(`<text transform="translate(${middle + 4} ${LABELS - 6}) rotate(-90)">${name(label)}</text>`)
    for (const [predicted, count] of row.entries()) {
      const [x, y] = [LABELS + predicted * cell, LABELS + label * cell]
      const share = count / total
      const tip = `label ${name(label)}, predicted ${name(predicted)}: ${count} (${(100 * share).toFixed(1)} %)`
      parts.push(
        `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${COLOR}" fill-opacity="${share.toFixed(3)}" stroke="#ccd2d9"><title>${tip}</title></rect>`,
      )
      if (includeValues)
        parts.push(
          `<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle"${share > 0.6 ? ' fill="#fff"' : ''}>${count}</text>`,
        )
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}" font-family="system-ui,sans-serif" font-size="11" fill="#14181d"><rect width="${size}" height="${size}" fill="#fff"/><text x="8" y="18" font-weight="600">label ↓ / predicted →</text>${parts.join('')}</svg>\n`
}

/** The same as lines of text. */
export function confusionText(matrix: readonly (readonly number[])[], classes?: readonly string[]): string {
  const names = matrix.map((_, index) => classes?.[index] ?? String(index))
  const first = Math.max(...names.map(({ length }) => length), 5)
  const width = Math.max(...matrix.flat().map((count) => String(count).length), ...names.map(({ length }) => Math.min(length, 8))) + 2
  const head = `${'label'.padEnd(first)}${names.map((text) => text.slice(0, 8).padStart(width)).join('')}`
  const rows = matrix.map(
    (row, index) => `${(names[index] ?? '').padEnd(first)}${row.map((count) => String(count).padStart(width)).join('')}`,
  )
  return `${[head, ...rows].join('\n')}\n`
}
