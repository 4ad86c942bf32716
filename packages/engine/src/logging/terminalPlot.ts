import asciichart from 'asciichart'
import type { Chart } from '../report/chartFile.js'
import type { Curve } from './curves.js'

const HEIGHT = 8
/** What asciichart writes left of the curve. */
const AXIS = 12

/** A curve as lines of text, as wide as the terminal allows. */
export function terminalPlot(curve: Curve, columns: number): string {
  const chart = drawn(
    curve.points.map(({ y }) => y),
    columns,
  )
  const last = curve.points.at(-1)
  const end = last === undefined ? '' : `${Number.isInteger(last.x) ? last.x : last.x.toFixed(1)} ${curve.unit}s`
  return `\n ${curve.name} (${curve.kind === 'loss' ? 'training' : 'validation'}, ${end})\n${chart}\n`
}

/** A chart as lines of text, its series below each other: in letters no two curves are told apart. */
export function chartText({ title, xLabel = '', series }: Chart, columns: number): string {
  const plots = series.map(({ name, points }) => {
    const finite = points.filter(({ y }) => Number.isFinite(y))
    const ends = [finite[0], finite.at(-1)].map((point) => Number((point?.x ?? 0).toPrecision(4)))
    const values = finite.map(({ y }) => y)
    return `\n ${name} (${xLabel} ${ends.join(' to ')})\n${values.length === 0 ? ' no numbers' : drawn(values, columns)}\n`
  })
  return `${title === undefined ? '' : `\n ${title}\n`}${plots.join('')}`
}

function drawn(points: readonly number[], columns: number): string {
  const values = resample(points, Math.max(10, Math.min(columns - AXIS, 72)))
  return asciichart.plot(values, { height: HEIGHT, format: (value: number) => value.toPrecision(4).slice(0, 8).padStart(9) })
}

/** Exactly `width` values, between neighbours by straight lines: few points are drawn out, many drawn together. */
export function resample(values: readonly number[], width: number): number[] {
  if (values.length === 1) return Array.from({ length: width }, () => values[0] ?? 0)
  return Array.from({ length: width }, (_, index) => {
    const at = (index * (values.length - 1)) / (width - 1)
    const low = Math.floor(at)
    const left = values[low] ?? 0
    const right = values[Math.min(low + 1, values.length - 1)] ?? left
    return left + (right - left) * (at - low)
  })
}
