/** @import { Series } from '../src/api.js' */

import { element } from './element.js'
import { state } from './state.js'
import { clockText, numberText } from './text.js'
import uPlot from './uplot.js'

const HEIGHT = 260
const AXIS_NAMES = { iter: 'iteration', epoch: 'epoch', time: 'training time' }

/**
 * @typedef {{ label: string, colour: string, series: Series | undefined }} Line
 */

/** One card with curves on common axes. Drag to zoom in on x, double-click for the whole. */
export class Chart {
  /**
   * @param {string} title
   * @param {string} note
   * @param {(range: { from: number, to: number } | undefined) => void} onRange
   */
  constructor(title, note, onRange) {
    this.place = element('div', {})
    this.card = element('div', { class: 'card' }, element('h3', {}, title, ' ', element('small', {}, note)), this.place)
    this.onRange = onRange
    /** @type {uPlot | undefined} */
    this.plot = undefined
    this.signature = ''
  }

  /** @param {readonly Line[]} lines */
  draw(lines) {
    const drawn = lines.flatMap(({ label, colour, series }) => {
      if (series === undefined) return []
      const { smooth } = series
      const raw = { label, colour, faint: smooth !== undefined, data: [series.x, series.y] }
      return smooth === undefined ? [raw] : [raw, { label, colour, faint: false, data: [smooth.x, smooth.y] }]
    })
    const data = joined(drawn.map((line) => line.data))
    const signature = JSON.stringify([drawn.map(({ label, colour, faint }) => [label, colour, faint]), state.axis, state.log, dark()])
    if (this.plot !== undefined && signature === this.signature) {
      this.plot.setData(data)
      return
    }
    this.signature = signature
    this.plot?.destroy()
    this.place.replaceChildren()
    this.plot = new uPlot(this.options(drawn), data, this.place)
  }

  resize() {
    this.plot?.setSize({ width: this.width(), height: HEIGHT })
  }

  destroy() {
    this.plot?.destroy()
    this.plot = undefined
  }

  width() {
    return Math.max(240, this.place.clientWidth)
  }

  /**
   * @param {readonly { label: string, colour: string, faint: boolean }[]} drawn
   * @returns {uPlot.Options}
   */
  options(drawn) {
    const ink = dark() ? '#98a2b3' : '#667085'
    const grid = { stroke: dark() ? '#2b313b' : '#eceff3', width: 1 }
    const axis = { stroke: ink, grid, ticks: grid, font: '11px system-ui, sans-serif' }
    return {
      width: this.width(),
      height: HEIGHT,
      scales: { x: { time: false }, y: { distr: state.log ? 3 : 1 } },
      cursor: { sync: { key: 'runs' }, drag: { x: true, y: false, setScale: false }, focus: { prox: 24 } },
      focus: { alpha: 0.35 },
      axes: [
        {
          ...axis,
          label: AXIS_NAMES[state.axis],
          labelSize: 20,
          labelFont: axis.font,
          values: (_, ticks) => ticks.map((tick) => (state.axis === 'time' ? clockText(tick) : shortText(tick))),
        },
        { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shortText(tick))) },
      ],
      series: [
        { label: AXIS_NAMES[state.axis], value: (_, x) => (x == null ? '' : state.axis === 'time' ? clockText(x) : numberText(x)) },
        ...drawn.map(({ label, colour, faint }) => ({
          label: faint ? `${label} (raw)` : label,
          stroke: faint ? `${colour}40` : colour,
          width: faint ? 1 : 1.75,
          spanGaps: true,
          points: {
            show: /** @param {uPlot} plot @param {number} index */ (plot, index) => !faint && fewPoints(plot, index),
            size: 5,
            fill: colour,
          },
          value: /** @param {uPlot} _ @param {number | null} y */ (_, y) => (y === null ? '' : numberText(y)),
        })),
      ],
      hooks: {
        setSelect: [
          (plot) => {
            if (plot.select.width < 4) return
            const range = { from: plot.posToVal(plot.select.left, 'x'), to: plot.posToVal(plot.select.left + plot.select.width, 'x') }
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            this.onRange(range)
          },
        ],
        ready: [
          (plot) => {
            plot.over.addEventListener('dblclick', () => this.onRange(undefined))
            hideRawInLegend(plot, drawn)
          },
        ],
      },
    }
  }
}

/**
 * One table over all x: what a curve has no value for is left out of it, and drawn through; null is a gap that it has.
 * @param {readonly (readonly (readonly (number | null)[])[])[]} curves
 * @returns {uPlot.AlignedData}
 */
function joined(curves) {
  if (curves.length === 0) return [[]]
  return uPlot.join(/** @type {any} */ (curves))
}

/**
 * @param {uPlot} plot
 * @param {number} index
 */
function fewPoints(plot, index) {
  const values = plot.data[index] ?? []
  let count = 0
  for (const value of values) if (value !== null && value !== undefined && ++count > 40) return false
  return true
}

/**
 * @param {uPlot} plot
 * @param {readonly { faint: boolean }[]} drawn
 */
function hideRawInLegend(plot, drawn) {
  const rows = plot.root.querySelectorAll('.u-legend .u-series')
  drawn.forEach(({ faint }, index) => {
    const row = rows[index + 1]
    if (faint && row instanceof HTMLElement) row.hidden = true
  })
}

/** @param {number} value */
function shortText(value) {
  const size = Math.abs(value)
  if (size >= 1e6 || (size !== 0 && size < 1e-3)) return value.toExponential(1).replace('e+', 'e')
  if (size >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`
  return String(Number(value.toPrecision(5)))
}

export function dark() {
  return matchMedia('(prefers-color-scheme: dark)').matches
}
