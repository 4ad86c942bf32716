/** @import { RunSummary, Series } from '../src/api.js' */
import { getSeries } from './api.js'
import { Chart } from './chart.js'
import { element } from './element.js'
import { colourOf, shownRuns, state } from './state.js'

/** A card more than this low on the page waits until it is scrolled to. */
const AHEAD = '600px'

/**
 * @typedef {{ key: string, title: string, note: string }} Card
 * @typedef {{ title: string, cards: Card[] }} Group
 */

/** Curves of all runs that are shown, a card a tag, fetched as they come into sight. */
export class CurvesView {
  /**
   * @param {HTMLElement} place
   * @param {(runs: readonly RunSummary[]) => Group[]} groupsOf
   * @param {() => void} rangeChanged
   */
  constructor(place, groupsOf, rangeChanged) {
    this.place = place
    this.groupsOf = groupsOf
    this.rangeChanged = rangeChanged
    /** @type {Map<string, Chart>} */
    this.charts = new Map()
    /** @type {Set<string>} */
    this.inSight = new Set()
    this.layout = ''
    this.watcher = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: AHEAD })
    this.resizer = new ResizeObserver(() => {
      for (const chart of this.charts.values()) chart.resize()
    })
    this.resizer.observe(place)
  }

  async update() {
    const runs = shownRuns()
    const words = state.tagFilter.toLowerCase().split(/\s+/).filter(Boolean)
    const groups = this.groupsOf(runs)
      .map(({ title, cards }) => ({
        title,
        cards: cards.filter(({ title: name }) => words.every((word) => name.toLowerCase().includes(word))),
      }))
      .filter(({ cards }) => cards.length > 0)
    const layout = JSON.stringify(groups)
    if (layout !== this.layout) this.arrange(groups)
    this.layout = layout
    await this.fill(runs, [...this.inSight])
  }

  destroy() {
    this.watcher.disconnect()
    this.resizer.disconnect()
    for (const chart of this.charts.values()) chart.destroy()
  }

  /** @param {readonly Group[]} groups */
  arrange(groups) {
    this.watcher.disconnect()
    this.inSight.clear()
    const old = this.charts
    this.charts = new Map()
    const parts = groups.flatMap(({ title, cards }) => {
      const grid = element('div', { class: 'grid' })
      for (const { key, title: name, note } of cards) {
        const chart = old.get(key) ?? new Chart(name, note, (range) => this.zoom(range))
        old.delete(key)
        this.charts.set(key, chart)
        chart.card.dataset['key'] = key
        grid.append(chart.card)
      }
      return [element('h2', {}, title), grid]
    })
    for (const chart of old.values()) chart.destroy()
    this.place.replaceChildren(
      ...(parts.length > 0 ? parts : [element('p', { class: 'note' }, 'No curves to show: choose a run, or wait for its first lines.')]),
    )
    for (const chart of this.charts.values()) this.watcher.observe(chart.card)
  }

  /** @param {readonly IntersectionObserverEntry[]} entries */
  seen(entries) {
    const fresh = []
    for (const { target, isIntersecting } of entries) {
      const key = target instanceof HTMLElement ? target.dataset['key'] : undefined
      if (key === undefined) continue
      if (!isIntersecting) this.inSight.delete(key)
      else if (!this.inSight.has(key)) {
        this.inSight.add(key)
        fresh.push(key)
      }
    }
    if (fresh.length > 0) void this.fill(shownRuns(), fresh)
  }

  /** @param {{ from: number, to: number } | undefined} range */
  zoom(range) {
    state.range = range
    this.rangeChanged()
  }

  /**
   * @param {readonly RunSummary[]} runs
   * @param {readonly string[]} cards
   */
  async fill(runs, cards) {
    if (cards.length === 0) return
    const options = { axis: state.axis, points: 700, smooth: state.smooth, ...state.range }
    const answers = await Promise.all(runs.map((run) => getSeries(run.id, keysOf(run, cards), options)))
    for (const card of cards) {
      this.charts.get(card)?.draw(runs.flatMap((run, index) => linesOf(run, card, answers[index] ?? {}, runs.length > 1)))
    }
  }
}

/** The key of the card in which all rates of one run stand. @param {string} run */
export function ratesCard(run) {
  return `lr:${run}`
}

/**
 * @param {RunSummary} run
 * @param {readonly string[]} cards
 */
function keysOf(run, cards) {
  const rates = cards.includes(ratesCard(run.id)) ? run.tags.filter(({ mode }) => mode === 'lr').map(({ key }) => key) : []
  const own = new Set(run.tags.map(({ key }) => key))
  return [...cards.filter((card) => own.has(card)), ...rates]
}

/**
 * @param {RunSummary} run
 * @param {string} card
 * @param {Record<string, Series>} answer
 * @param {boolean} severalRuns
 */
function linesOf(run, card, answer, severalRuns) {
  if (card === ratesCard(run.id)) {
    const rates = run.tags.filter(({ mode }) => mode === 'lr')
    return rates.map(({ key, name }, index) => ({
      label: name,
      colour: depthColour(index, rates.length),
      series: withoutSmooth(answer[key]),
    }))
  }
  const series = answer[card]
  return series === undefined
    ? []
    : [
        {
          label: severalRuns ? run.name : (card.split('/').slice(1).join('/') ?? card),
          colour: colourOf(run.id),
          series: card.startsWith('val/') ? withoutSmooth(series) : series,
        },
      ]
}

/** @param {Series | undefined} series */
function withoutSmooth(series) {
  return series && { x: series.x, y: series.y }
}

/**
 * From the first layers, violet, by blue and green to the last, orange.
 * @param {number} index
 * @param {number} count
 */
function depthColour(index, count) {
  return `hsl(${Math.round(265 - (count < 2 ? 0 : index / (count - 1)) * 240)} 65% 50%)`
}
