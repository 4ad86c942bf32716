/** @import { RunSummary } from '../src/api.js' */
import { byId, element } from './element.js'
import { choose, colourOf, listedRuns, shownRuns, state } from './state.js'
import { agoText, numberText } from './text.js'

/** @param {() => void} changed called when other runs are to be shown */
export function drawRunList(changed) {
  const { list } = state
  if (list === undefined) return
  byId('root', HTMLElement).textContent = list.root
  const reading = byId('reading', HTMLElement)
  reading.hidden = list.read === list.total && list.total > 0
  reading.textContent = list.total === 0 ? 'No runs here yet.' : `Read ${list.read} of ${list.total} runs …`
  const shown = new Set(shownRuns().map(({ id }) => id))
  byId('runs', HTMLElement).replaceChildren(...listedRuns().map((run) => entry(run, shown.has(run.id), changed)))
}

/**
 * @param {RunSummary} run
 * @param {boolean} isShown
 * @param {() => void} changed
 */
function entry(run, isShown, changed) {
  const box = element('input', { type: 'checkbox' })
  box.checked = isShown
  box.addEventListener('change', () => {
    choose(run.id, box.checked)
    changed()
  })
  const swatch = element('span', { class: 'swatch' })
  swatch.style.background = isShown ? colourOf(run.id) : 'var(--line)'
  const bar = element('progress', { 'aria-label': 'progress' })
  if (run.maxIters !== undefined) {
    bar.max = run.maxIters
    bar.value = run.status === 'finished' ? run.maxIters : Math.min(run.iter, run.maxIters)
  }
  return element(
    'li',
    { title: run.folder },
    element(
      'label',
      {},
      box,
      swatch,
      element('span', { class: 'name' }, run.name),
      element('span', { class: `status ${run.status}` }, statusText(run)),
    ),
    run.maxIters === undefined ? null : bar,
    element('div', { class: 'facts' }, factsText(run)),
  )
}

/** @param {RunSummary} run */
function statusText({ status, eta, updatedAt }) {
  if (status === 'running') return eta === undefined ? 'running' : `running, ${eta} left`
  return status === 'quiet' ? `ended early? ${agoText(updatedAt)}` : status
}

/** @param {RunSummary} run */
function factsText(run) {
  const parts = []
  if (run.epoch !== undefined) parts.push(`epoch ${run.epoch}${run.maxEpochs === undefined ? '' : `/${run.maxEpochs}`}`)
  parts.push(`iteration ${run.iter}${run.maxIters === undefined ? '' : `/${run.maxIters}`}`)
  const metric = run.tags.find(({ mode, name }) => mode === 'val' && !/time$/.test(name))
  if (metric !== undefined)
    parts.push(`${metric.name} ${numberText(metric.last)} (best ${numberText(isLoss(metric.name) ? metric.low : metric.high)})`)
  if (run.checkpoint !== undefined) parts.push(run.checkpoint)
  if (run.unreadable > 0) parts.push(`${run.unreadable} unreadable lines`)
  return parts.join(' · ')
}

/** @param {string} name */
export function isLoss(name) {
  return /loss|error|time|memory/i.test(name)
}
