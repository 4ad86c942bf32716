/** @import { RunSummary } from '../src/api.js' */
import { element } from './element.js'
import { numberText } from './text.js'

/** How fast each run goes, from its last line. @param {readonly RunSummary[]} runs */
export function throughputTable(runs) {
  const columns = ['run', 'batch', 'ms an iteration', 'of it waiting for data', 'samples a second']
  const rows = runs.map((run) => {
    const time = lastOf(run, 'train/time')
    const data = lastOf(run, 'train/data_time')
    return [
      run.name,
      numberText(run.batchSize),
      time === null ? '–' : numberText(Number((time * 1000).toPrecision(4))),
      time === null || data === null ? '–' : `${Math.round((data / time) * 100)} %`,
      time === null || run.batchSize === undefined ? '–' : numberText(Math.round(run.batchSize / time)),
    ]
  })
  const cell = (/** @type {'td' | 'th'} */ tag) => (/** @type {string} */ text, /** @type {number} */ index) =>
    element(tag, { class: index === 0 ? undefined : 'number' }, text)
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      { class: 'facts-table' },
      element('thead', {}, element('tr', {}, ...columns.map(cell('th')))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell('td'))))),
    ),
  )
}

/**
 * @param {RunSummary} run
 * @param {string} key
 */
function lastOf(run, key) {
  return run.tags.find((tag) => tag.key === key)?.last ?? null
}
