import type { ScheduleTrace } from '@tessera/optim'

const MARKS = '*+ox#%@&abcdefghijklmnopqrstuvwxyz'
const ROWS = 16
/** Lines of an SVG's legend: the first courses and the last. */
const LEGEND = 30

/** The courses in one chart of text, each with a mark of its own, and what the marks stand for. */
export function scheduleText(traces: readonly ScheduleTrace[], title: string, columns: number): string {
  const { low, high, end } = rangeOf(traces)
  const width = Math.max(20, Math.min(columns - 12, 90))
  const grid = Array.from({ length: ROWS }, () => new Array<string>(width).fill(' '))
  for (const [index, { iterations, values }] of traces.entries()) {
    iterations.forEach((iteration, i) => {
      const column = Math.min(width - 1, Math.round((iteration / end) * (width - 1)))
      const row = ROWS - 1 - Math.round((((values[i] ?? low) - low) / (high - low)) * (ROWS - 1))
      const line = grid[row]
      if (line !== undefined) line[column] = markOf(index)
    })
  }
  const labels = grid.map((_, row) => (row % 5 === 0 ? (high - ((high - low) * row) / (ROWS - 1)).toExponential(2) : '').padStart(10))
  const chart = grid.map((line, row) => `${labels[row]} │${line.join('').trimEnd()}`)
  const axis = `${''.padStart(10)} └${'─'.repeat(width)}\n${''.padStart(12)}0${`${end} iterations`.padStart(width - 1)}`
  return `${title}\n${chart.join('\n')}\n${axis}\n${traces.map((trace, i) => `  ${markOf(i)}  ${legendOf(trace)}`).join('\n')}\n`
}

/** The same as an SVG document; each course says what it is in the legend, too. */
export function scheduleSvg(traces: readonly ScheduleTrace[], title: string): string {
  const { low, high, end } = rangeOf(traces)
  const [width, height, left, top] = [900, 460, 80, 40]
  const colourOf = (index: number) => `hsl(${Math.round((index * 300) / Math.max(1, traces.length))} 70% 42%)`
  const x = (iteration: number) => (left + (iteration / end) * (width - left - 20)).toFixed(1)
  const y = (value: number) => (top + (1 - (value - low) / (high - low)) * (height - top - 50)).toFixed(1)
  const lines = traces.map(({ params, iterations, values }, i) => {
    const points = iterations.map((iteration, k) => `${x(iteration)},${y(values[k] ?? low)}`).join(' ')
    return `<polyline fill="none" stroke="${colourOf(i)}" stroke-width="1.5" points="${points}"><title>${escaped(legendOf({ params, iterations, values }))}</title></polyline>`
  })
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const value = low + (high - low) * share
    const iteration = Math.round(end * share)
    return [
      `<text x="${left - 8}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${value.toExponential(2)}</text>`,
      `<line x1="${left}" x2="${width - 20}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>`,
      `<text x="${x(iteration)}" y="${height - 28}" text-anchor="middle">${iteration}</text>`,
    ]
  })
  const entries = traces.length <= LEGEND ? traces : [...traces.slice(0, LEGEND - 1), ...traces.slice(-1)]
  const legend = entries.map((trace, row) => {
    const at = height + 14 + row * 18
    const key = `<line x1="${left}" x2="${left + 22}" y1="${at}" y2="${at}" stroke="${colourOf(traces.indexOf(trace))}" stroke-width="3"/>`
    return `${key}<text x="${left + 30}" y="${at}" dominant-baseline="middle">${escaped(legendOf(trace))}</text>`
  })
  const whole = height + 14 + entries.length * 18
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/><text x="${left}" y="22" font-size="14">${escaped(title)}</text>${ticks.join('')}${lines.join('')}<text x="${width / 2}" y="${height - 8}" text-anchor="middle">iteration</text>${legend.join('')}</svg>\n`
}

function rangeOf(traces: readonly ScheduleTrace[]): { low: number; high: number; end: number } {
  const values = traces.flatMap((trace) => trace.values)
  const high = values.reduce((a, b) => Math.max(a, b), 0)
  const low = values.reduce((a, b) => Math.min(a, b), 0)
  return { low, high: high === low ? low + 1 : high, end: Math.max(1, traces[0]?.iterations.at(-1) ?? 1) }
}

function legendOf({ params, values }: ScheduleTrace): string {
  const [first = 0, last = 0] = [values[0], values.at(-1)]
  const peak = values.reduce((a, b) => Math.max(a, b), first)
  const turning = peak > Math.max(first, last) ? [first, peak, last] : [first, last]
  const course = [...new Set(turning)].map((value) => value.toExponential(3)).join(' → ')
  return `${course}  ${params.length} parameters: ${params.slice(0, 2).join(', ')}${params.length > 2 ? ', …' : ''}`
}

function markOf(index: number): string {
  return MARKS[index % MARKS.length] ?? '*'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
