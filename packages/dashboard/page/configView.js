import { getConfig } from './api.js'
import { element } from './element.js'
import { colourOf, shownRuns } from './state.js'

/** One run's config, or what several have different. @param {HTMLElement} place */
export async function drawConfig(place) {
  const shown = shownRuns()
  if (shown.length === 0) {
    place.replaceChildren(element('p', { class: 'note' }, 'Choose a run to see its config, or several to see what differs.'))
    return
  }
  const { runs, problems, rows } = await getConfig(shown.map(({ id }) => id))
  const nameOf = (/** @type {string} */ id) => shown.find((run) => run.id === id)?.name ?? id
  const heads = runs.map((id) => {
    const swatch = element('span', { class: 'swatch' })
    swatch.style.cssText = `display:inline-block;margin-right:6px;background:${colourOf(id)}`
    return element('th', {}, swatch, nameOf(id))
  })
  const body = rows.map(({ path, values }) =>
    element(
      'tr',
      {},
      element('td', {}, element('code', {}, path)),
      ...values.map((value, index) =>
        element(
          'td',
          { class: index > 0 && value !== values[0] ? 'changed' : undefined },
          value === null ? element('span', { class: 'missing' }, 'not set') : element('code', {}, value),
        ),
      ),
    ),
  )
  place.replaceChildren(
    element('h2', {}, runs.length > 1 ? `What differs (${rows.length} settings)` : 'Config'),
    ...problems.map(({ run, problem }) => element('p', { class: 'note' }, `${nameOf(run)}: ${problem}`)),
    rows.length === 0
      ? element('p', { class: 'note' }, runs.length > 1 ? 'Nothing: these configs are the same.' : 'There is no config to show.')
      : element(
          'div',
          { class: 'scroll' },
          element(
            'table',
            { class: 'facts-table' },
            element('thead', {}, element('tr', {}, element('th', {}, 'setting'), ...heads)),
            element('tbody', {}, ...body),
          ),
        ),
  )
}
