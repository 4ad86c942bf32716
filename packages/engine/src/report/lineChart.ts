import { axisTicks } from './axisTicks.js'
import { escapeHtml } from './escapeHtml.js'

export interface ChartSeries {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface ChartOptions {
  readonly title?: string
  readonly xLabel?: string
  /** Pixels. Default 640 × 300 */
  readonly width?: number
  readonly height?: number
  /** Where it stands in a drawing around it, in pixels from the top; without, it is as wide as its place in a page. */
  readonly y?: number
}

/** Told apart by people who see few colours, too, and on both grounds: light, dark. */
const COLORS = [
  ['#2a78d6', '#6aa9f4'],
  ['#d9572b', '#f28d63'],
  ['#14906a', '#3fc79b'],
  ['#8f4fc0', '#c193ec'],
  ['#a87408', '#dcae45'],
  ['#c23a74', '#f083ae'],
  ['#557a22', '#a3c76f'],
  ['#5f6875', '#a7b0bd'],
] as const

/** Grounds and text: light, dark. */
const INK = {
  text: ['#3c434d', '#c3cad3'],
  title: ['#14181d', '#f0f3f6'],
  ground: ['#ffffff', '#16191d'],
  grid: ['#e4e7eb', '#2c3138'],
  axis: ['#9aa3ae', '#5b6470'],
}

/** What charts are drawn with; follows the reader's light or dark. Plain colours, which every viewer of SVG knows. */
export const CHART_STYLE = `${colorRules(0)}.chart{font:12px system-ui,sans-serif}.chart .title{font-weight:600;font-size:13px}.chart .line{fill:none;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}@media(prefers-color-scheme:dark){${colorRules(1)}}`

function colorRules(ground: 0 | 1): string {
  const rules = [
    `.chart{fill:${INK.text[ground]}}`,
    `.chart .ground{fill:${INK.ground[ground]}}`,
    `.chart .title{fill:${INK.title[ground]}}`,
    `.chart .grid{stroke:${INK.grid[ground]}}`,
    `.chart .axis{stroke:${INK.axis[ground]}}`,
  ]
  for (const [index, color] of COLORS.entries())
    rules.push(`.chart .s${index}{stroke:${color[ground]}}.chart circle.s${index}{fill:${color[ground]}}`)
  return rules.join('')
}

/** With so few points each is marked, and says its numbers when pointed at. */
const MARKED = 60
const LETTER = 6.6
const LEGEND_LINE = 18

/** Curves over one pair of axes, as SVG; what is around it brings `CHART_STYLE`. Points that are no finite numbers are gaps. */
export function lineChart(series: readonly ChartSeries[], options: ChartOptions = {}): string {
  const { title, xLabel = '', width = 640, height = 300, y } = options
  const shown = series.map(({ name, points }) => ({ name, points: points.filter(({ x }) => Number.isFinite(x)) }))
  const finite = shown.flatMap(({ points }) => points.filter(({ y }) => Number.isFinite(y)))
  const xs = axisTicks(...rangeOf(finite.map(({ x }) => x)), Math.round(width / 90))
  const ys = axisTicks(...rangeOf(finite.map(({ y }) => y)), Math.round(height / 55))
  const legend = legendRows(
    shown.map(({ name }) => name),
    width,
  )

  const left = 16 + LETTER * Math.max(...ys.texts.map((text) => text.length))
  const top = (title === undefined ? 12 : 34) + legend.length * LEGEND_LINE
  const [right, bottom] = [width - 18, height - (xLabel === '' ? 26 : 42)]
  // The horizontal axis ends where the data end; the vertical one at round numbers.
  const [xLow, xHigh] = rangeOf(finite.map(({ x }) => x))
  const atX = (x: number) => round(left + ((x - xLow) / (xHigh - xLow || 1)) * (right - left))
  const [yLow = 0, yHigh = 1] = [ys.values[0], ys.values.at(-1)]
  const atY = (y: number) => round(bottom - ((y - yLow) / (yHigh - yLow)) * (bottom - top))

  const parts = [
    ...(title === undefined ? [] : [`<text class="title" x="${left}" y="20">${escapeHtml(title)}</text>`]),
    ...legend.flatMap((row, index) => row.map((entry) => legendEntry(entry, (title === undefined ? 14 : 38) + index * LEGEND_LINE))),
    ...ys.values.map(
      (value, index) =>
        `<line class="grid" x1="${left}" x2="${right}" y1="${atY(value)}" y2="${atY(value)}"/><text x="${left - 8}" y="${atY(value) + 4}" text-anchor="end">${ys.texts[index]}</text>`,
    ),
    ...xs.values.flatMap((value, index) =>
      value < xLow - 1e-9 || value > xHigh + 1e-9
        ? []
        : [`<text x="${atX(value)}" y="${bottom + 17}" text-anchor="middle">${xs.texts[index]}</text>`],
    ),
    `<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    ...(xLabel === '' ? [] : [`<text x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${escapeHtml(xLabel)}</text>`]),
    ...shown.map(({ name, points }, index) => seriesMarks(name, points, `s${index % COLORS.length}`, atX, atY)),
  ]
  const label = escapeHtml(`${title ?? shown.map(({ name }) => name).join(', ')}: curves`)
  const place = y === undefined ? '' : ` y="${y}" width="${width}" height="${height}"`
  return `<svg class="chart" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}"${place}>${parts.join('')}</svg>`
}

function seriesMarks(
  name: string,
  points: ChartSeries['points'],
  color: string,
  atX: (x: number) => number,
  atY: (y: number) => number,
): string {
  let path = ''
  let pen = 'M'
  const marks: string[] = []
  for (const { x, y } of points) {
    if (!Number.isFinite(y)) {
      pen = 'M'
      continue
    }
    path += `${pen}${atX(x)} ${atY(y)}`
    pen = 'L'
    if (points.length <= MARKED)
      marks.push(
        `<circle class="${color}" cx="${atX(x)}" cy="${atY(y)}" r="2.5"><title>${escapeHtml(`${name} at ${Number(x.toPrecision(6))}: ${Number(y.toPrecision(6))}`)}</title></circle>`,
      )
  }
  return path === '' ? '' : `<path class="line ${color}" d="${path}"/>${marks.join('')}`
}

interface LegendEntry {
  readonly name: string
  readonly color: string
  readonly x: number
}

/** Names side by side, in as many rows as they need. */
function legendRows(names: readonly string[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = []
  let x = width
  for (const [index, name] of names.entries()) {
    const size = 34 + name.length * LETTER
    if (x + size > width - 10) {
      rows.push([])
      x = 24
    }
    rows.at(-1)?.push({ name, color: `s${index % COLORS.length}`, x })
    x += size
  }
  return rows
}

function legendEntry({ name, color, x }: LegendEntry, y: number): string {
  return `<line class="line ${color}" x1="${x}" x2="${x + 16}" y1="${y - 4}" y2="${y - 4}"/><text x="${x + 22}" y="${y}">${escapeHtml(name)}</text>`
}

/** Without a single finite value: something to draw axes for. */
function rangeOf(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low > high ? [0, 1] : [low, high]
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
