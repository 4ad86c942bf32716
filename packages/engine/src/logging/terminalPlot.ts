import asciichart from 'asciichart'
import type { Curve } from './curves.js'

const HEIGHT = 8
/** What asciichart writes left of the curve. */
const AXIS = 12

/** A curve as lines of text, as wide as the terminal allows. */
export function terminalPlot(curve: Curve, columns: number): string {
  const width = Math.max(10, Math.min(columns - AXIS, 72))
  const values = resample(
    curve.points.map(({ y }) => y),
    width,
  )
  const chart = asciichart.plot(values, { height: HEIGHT, format: (value: number) => value.toPrecision(4).slice(0, 8).padStart(9) })
  const last = curve.points.at(-1)
  const end = last === undefined ? '' : `${Number.isInteger(last.x) ? last.x : last.x.toFixed(1)} ${curve.unit}s`
  return `\n ${curve.name} (${curve.kind === 'loss' ? 'training' : 'validation'}, ${end})\n${chart}\n`
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
