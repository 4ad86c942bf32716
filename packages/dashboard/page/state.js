/** @import { Axis, RunList, RunSummary } from '../src/api.js' */

// What the page shows, kept in the address, so that it can be reloaded and sent on.

/** Colours that can be told apart, also by colour-blind people, on light and dark ground. */
const COLOURS = ['#3b78e7', '#e1812c', '#1f9e77', '#c2408f', '#8660d4', '#b0892c', '#17a2b8', '#d6453d', '#6b8e23', '#7a7f87']

const address = new URLSearchParams(location.hash.slice(1))
const axisText = address.get('axis')

export const state = {
  /** @type {RunList | undefined} */
  list: undefined,
  /** Runs that were switched on or off by hand. @type {Map<string, boolean>} */
  chosen: new Map(
    (address.get('runs') ?? '')
      .split(',')
      .filter(Boolean)
      .map((id) => [id, true]),
  ),
  tab: address.get('tab') ?? 'curves',
  /** @type {Axis} */
  axis: axisText === 'epoch' || axisText === 'time' ? axisText : 'iter',
  smooth: Math.min(0.99, Math.max(0, Number(address.get('smooth') ?? 0.6) || 0)),
  log: address.get('log') === '1',
  runFilter: '',
  tagFilter: address.get('tags') ?? '',
  /** What is zoomed to, in units of the axis. @type {{ from: number, to: number } | undefined} */
  range: undefined,
}

export function keepInAddress() {
  const kept = new URLSearchParams({ tab: state.tab, axis: state.axis, smooth: String(state.smooth), log: state.log ? '1' : '0' })
  const on = [...state.chosen].filter(([, isOn]) => isOn).map(([id]) => id)
  if (on.length > 0) kept.set('runs', on.join(','))
  if (state.tagFilter !== '') kept.set('tags', state.tagFilter)
  history.replaceState(null, '', `#${kept}`)
}

/** Runs by the filter's words. @returns {RunSummary[]} */
export function listedRuns() {
  const words = state.runFilter.toLowerCase().split(/\s+/).filter(Boolean)
  return (state.list?.runs ?? []).filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
}

/** Those that are drawn: as chosen; before any choice, the eight written to last. @returns {RunSummary[]} */
export function shownRuns() {
  const runs = state.list?.runs ?? []
  if (state.chosen.size > 0) return runs.filter(({ id }) => state.chosen.get(id) === true)
  const newest = [...runs].sort((a, b) => b.updatedAt - a.updatedAt).slice(0, 8)
  return runs.filter((run) => newest.includes(run))
}

/**
 * @param {string} id
 * @param {boolean} isOn
 */
export function choose(id, isOn) {
  // The first choice starts from what is shown.
  if (state.chosen.size === 0) for (const run of shownRuns()) state.chosen.set(run.id, true)
  state.chosen.set(id, isOn)
  keepInAddress()
}

/** @param {string} id */
export function colourOf(id) {
  const index = (state.list?.runs ?? []).findIndex((run) => run.id === id)
  return COLOURS[Math.max(0, index) % COLOURS.length] ?? '#3b78e7'
}
