import { getRuns } from './api.js'
import { drawConfig } from './configView.js'
import { CurvesView } from './curvesView.js'
import { byId, element } from './element.js'
import { curveGroups, rateGroups, timeGroups } from './groups.js'
import { drawRunList } from './runList.js'
import { drawSamples } from './samplesView.js'
import { keepInAddress, shownRuns, state } from './state.js'
import { throughputTable } from './throughputTable.js'

/** Between two looks for news, in milliseconds. */
const POLL = 1500
const TABS = { curves: 'Curves', rates: 'Learning rates', samples: 'Samples', config: 'Config', speed: 'Throughput' }
const WITH_CURVES = ['curves', 'rates', 'speed']

const view = byId('view', HTMLElement)
/** @type {CurvesView | undefined} */
let curves

/** Shows the chosen tab from the start. */
function open() {
  curves?.destroy()
  curves = undefined
  view.replaceChildren()
  for (const button of byId('tabs', HTMLElement).querySelectorAll('button')) {
    button.setAttribute('aria-selected', String(button.dataset['tab'] === state.tab))
  }
  byId('controls', HTMLElement).hidden = !WITH_CURVES.includes(state.tab)
  if (state.tab === 'curves') curves = new CurvesView(view, curveGroups, rangeChanged)
  if (state.tab === 'rates') curves = new CurvesView(view, rateGroups, rangeChanged)
  if (state.tab === 'speed') {
    const charts = element('div', {})
    view.append(element('h2', {}, 'Throughput'), element('div', { id: 'throughput' }), element('h2', {}, ''), charts)
    curves = new CurvesView(charts, timeGroups, rangeChanged)
  }
  update()
}

/** Brings what is shown up to date. */
async function update() {
  byId('reset', HTMLElement).hidden = state.range === undefined
  try {
    if (state.tab === 'config') await drawConfig(view)
    else if (state.tab === 'samples') await drawSamples(view)
    else {
      document.getElementById('throughput')?.replaceChildren(throughputTable(shownRuns()))
      await curves?.update()
    }
  } catch (error) {
    say(error)
  }
}

function rangeChanged() {
  update()
}

/** @param {unknown} problem undefined: all is well */
function say(problem) {
  const place = byId('problem', HTMLElement)
  place.hidden = problem === undefined
  place.textContent =
    problem instanceof TypeError
      ? 'The server does not answer. Is the dashboard still running?'
      : problem instanceof Error
        ? problem.message
        : String(problem ?? '')
}

async function poll() {
  try {
    const before = state.list
    const news = await getRuns(before?.version)
    say(undefined)
    if (news !== undefined) {
      state.list = news
      drawRunList(chosenChanged)
      if (before === undefined) open()
      else await update()
    }
  } catch (error) {
    say(error)
  }
  // While not all runs are read, the next look is at once.
  setTimeout(poll, state.list !== undefined && state.list.read < state.list.total ? 50 : POLL)
}

function chosenChanged() {
  drawRunList(chosenChanged)
  update()
}

function setUpControls() {
  byId('tabs', HTMLElement).append(
    ...Object.entries(TABS).map(([tab, title]) => {
      const button = element('button', { type: 'button', role: 'tab', 'data-tab': tab }, title)
      button.addEventListener('click', () => {
        state.tab = tab
        keepInAddress()
        open()
      })
      return button
    }),
  )
  const axis = byId('axis', HTMLSelectElement)
  axis.value = state.axis
  axis.addEventListener('change', () => {
    state.axis = axis.value === 'epoch' || axis.value === 'time' ? axis.value : 'iter'
    state.range = undefined
    changed()
  })
  const smooth = byId('smooth', HTMLInputElement)
  const shown = byId('smoothValue', HTMLOutputElement)
  smooth.value = String(state.smooth)
  shown.textContent = state.smooth.toFixed(2)
  smooth.addEventListener('input', () => {
    state.smooth = Number(smooth.value)
    shown.textContent = state.smooth.toFixed(2)
    changed()
  })
  const log = byId('log', HTMLInputElement)
  log.checked = state.log
  log.addEventListener('change', () => {
    state.log = log.checked
    changed()
  })
  const tags = byId('tagFilter', HTMLInputElement)
  tags.value = state.tagFilter
  tags.addEventListener('input', () => {
    state.tagFilter = tags.value
    changed()
  })
  const filter = byId('filter', HTMLInputElement)
  filter.addEventListener('input', () => {
    state.runFilter = filter.value
    drawRunList(chosenChanged)
  })
  byId('reset', HTMLButtonElement).addEventListener('click', () => {
    state.range = undefined
    update()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void update())
}

function changed() {
  keepInAddress()
  update()
}

setUpControls()
if (!(state.tab in TABS)) state.tab = 'curves'
poll()
