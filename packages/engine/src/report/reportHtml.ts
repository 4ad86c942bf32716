import { durationText } from '../logging/numberText.js'
import { escapeHtml } from './escapeHtml.js'
import { CHART_STYLE, type ChartSeries, lineChart } from './lineChart.js'
import type { Report, ReportSample } from './report.js'
import { REPORT_STYLE } from './reportStyle.js'

/** The report as one page that needs nothing else: no network, no scripts, no fonts. */
export function reportHtml(report: Report): string {
  const title = escapeHtml(report.experiment)
  const sections = [
    summary(report),
    charts(report),
    samples(report),
    validations(report),
    confusion(report),
    environment(report),
    config(report),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title} – ${report.status}</title>
<style>${REPORT_STYLE}${CHART_STYLE}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== '').join('\n')}
</main>
</body>
</html>
`
}

function summary({ experiment, status, error, progress, seconds, best, validations: rows, model, updated, work_dir }: Report): string {
  const last = rows.at(-1)?.metrics ?? {}
  const position = progress.max_epochs > 1 ? `epoch ${progress.epoch} of ${progress.max_epochs}, ` : ''
  const tiles = Object.entries(last).map(([name, value]) => {
    const top = best[name]
    const note = top === undefined ? '' : top.value === value ? 'best so far' : `best ${numberText(top.value)} at iteration ${top.iter}`
    return tile(name, numberText(value), note)
  })
  tiles.push(
    tile('iterations', progress.iter.toLocaleString('en'), `${position}${progress.max_iters.toLocaleString('en')} in all`),
    tile('time', durationText(seconds), 'training and validation'),
    tile('parameters', model.parameters.toLocaleString('en'), model.type),
  )
  return `<header><h1>${escapeHtml(experiment)} <span class="status ${status}">${status}</span></h1>
<p class="quiet">${escapeHtml(work_dir)} · as of <time datetime="${updated}">${updated.slice(0, 19).replace('T', ' ')} UTC</time></p>${error === undefined ? '' : `<p class="error">${escapeHtml(error)}</p>`}</header>
<section class="tiles">${tiles.join('')}</section>`
}

function tile(name: string, value: string, note: string): string {
  return `<div class="tile"><span class="quiet">${escapeHtml(name)}</span><strong>${escapeHtml(value)}</strong><span class="quiet">${escapeHtml(note)}</span></div>`
}

const CHARTS: readonly (readonly [kind: Report['curves'][number]['kind'], title: string])[] = [
  ['loss', 'Training loss'],
  ['metric', 'Validation'],
  ['lr', 'Learning rate'],
  ['grad_norm', 'Gradient norm'],
  ['seconds', 'Seconds an iteration'],
  ['other', 'Other'],
]

function charts({ curves }: Report): string {
  const drawn = CHARTS.flatMap(([kind, title]) => {
    // A validation loss and an accuracy have no axis in common.
    const groups =
      kind === 'metric' ? byScale(curves.filter((curve) => curve.kind === kind)) : [curves.filter((curve) => curve.kind === kind)]
    return groups.flatMap((group) => {
      const series: ChartSeries[] = group.filter(({ points }) => points.length > 0)
      const unit = group[0]?.unit
      return series.length === 0 ? [] : [`<figure>${lineChart(series, { title, ...(unit !== undefined && { xLabel: unit }) })}</figure>`]
    })
  })
  return drawn.length === 0 ? '' : `<section><h2>Curves</h2><div class="charts">${drawn.join('')}</div></section>`
}

function byScale(curves: Report['curves']): Report['curves'][] {
  const isLoss = ({ name }: { readonly name: string }): boolean => name.includes('loss')
  return [curves.filter((curve) => !isLoss(curve)), curves.filter(isLoss)]
}

function samples({ samples: first, mistakes }: Report): string {
  const row = (title: string, shown: readonly ReportSample[]) =>
    shown.length === 0 ? '' : `<h3>${title}</h3><div class="samples">${shown.map(sampleFigure).join('')}</div>`
  const rows = row('The first ones', first) + row('Mistakes made most surely', mistakes)
  return rows === '' ? '' : `<section><h2>Predictions of the last validation</h2>${rows}</section>`
}

function sampleFigure({ picture, caption, correct }: ReportSample): string {
  const mark = correct === undefined ? '' : correct ? ' right' : ' wrong'
  const lines = caption.map(escapeHtml)
  return `<figure class="sample${mark}"><img src="${escapeHtml(picture)}" alt="${lines.join(', ')}"><figcaption>${lines.join('<br>')}</figcaption></figure>`
}

function validations({ validations: rows, best }: Report): string {
  if (rows.length === 0) return ''
  const names = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))]
  const byEpoch = rows.some(({ epoch }) => epoch > 0)
  const head = [...(byEpoch ? ['epoch'] : []), 'iteration', ...names].map((name) => `<th scope="col">${escapeHtml(name)}</th>`)
  const body = rows.map(({ epoch, iter, metrics }) => {
    const cells = names.map((name) => {
      const value = metrics[name]
      const isBest = best[name]?.iter === iter
      return `<td${isBest ? ' class="best"' : ''}>${value === undefined ? '' : numberText(value)}</td>`
    })
    return `<tr>${byEpoch ? `<td>${epoch}</td>` : ''}<td>${iter}</td>${cells.join('')}</tr>`
  })
  return `<section><h2>Validations</h2><div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div></section>`
}

/** More classes than this make no readable table; report.json has them. */
const SHOWN_CLASSES = 30

function confusion({ confusion: counts, classes }: Report): string {
  if (counts === undefined || counts.length > SHOWN_CLASSES) return ''
  const name = (index: number) => escapeHtml(classes[index] ?? String(index))
  const head = counts.map((_, index) => `<th scope="col">${name(index)}</th>`)
  const body = counts.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    const cells = row.map((count, predicted) => {
      const share = total === 0 ? 0 : count / total
      const kind = label === predicted ? 'hit' : 'miss'
      return `<td class="${kind}" style="--share:${share.toFixed(3)}">${count === 0 ? '·' : count}</td>`
    })
    return `<tr><th scope="row">${name(label)}</th>${cells.join('')}</tr>`
  })
  return `<section><h2>Confusion</h2><p class="quiet">Rows are labels, columns predictions; samples of the last validation.</p><div class="scroll"><table class="confusion"><thead><tr><td></td>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div></section>`
}

function environment({ environment: facts, log_dir, run_id, started }: Report): string {
  const rows = Object.entries({ ...facts, 'log dir': log_dir, run: run_id, started })
  return `<section><h2>Environment</h2><dl>${rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl></section>`
}

function config({ config: given }: Report): string {
  if (given === undefined) return ''
  return `<section><h2>Config</h2><details><summary>All of it</summary><pre>${escapeHtml(JSON.stringify(given, null, 2))}</pre></details></section>`
}

/** Six digits at most, none that say nothing. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) >= 1 ? value.toFixed(Math.abs(value) >= 100 ? 1 : 2) : String(Number(value.toPrecision(4)))
}
