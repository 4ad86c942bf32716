import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { knownRule } from '../hooks/metricRule.js'
import { type Curve, trainingCurves } from '../logging/curves.js'
import { durationText } from '../logging/numberText.js'
import { terminalPlot } from '../logging/terminalPlot.js'
import { chartFile } from '../report/chartFile.js'
import type { Progress, RunState } from './runState.js'

/** After training: a plot of loss and accuracy in the log, the same as `curves.svg` in the work dir, and one line with the outcome. */
export function summarize(run: RunState, seconds: number): void {
  const curves = trainingCurves(run)
  const shown = curves.filter(({ points }) => points.length > 1)
  if (shown.length > 0) {
    for (const curve of shown) run.logger.print(terminalPlot(curve, run.console.columns))
    const file = path.join(run.workDir, 'curves.svg')
    try {
      writeFileSync(file, curvesSvg(curves))
    } catch (error) {
      // What was trained is saved; a plot is not worth an error.
      run.logger.warning(`${file} cannot be written (${error instanceof Error ? error.message : String(error)})`)
    }
  }
  run.logger.info(outcome(curves, seconds, run.progress))
}

const SVG_SIZE = { width: 820, height: 340 }

/** The training loss, and below it what validation found. */
export function curvesSvg(curves: readonly Curve[]): string {
  const charts = [
    { title: 'Training loss', series: curves.filter(({ kind }) => kind === 'loss') },
    { title: 'Validation', series: curves.filter(({ kind }) => kind === 'metric') },
  ]
  const xLabel = curves[0]?.unit ?? 'iteration'
  return chartFile(
    charts.filter(({ series }) => series.length > 0).map((chart) => ({ ...chart, xLabel })),
    SVG_SIZE,
  )
}

/** `Done in 0:04:12: accuracy/top1 97.07 (best 97.20)` */
export function outcome(curves: readonly Curve[], seconds: number, progress: Pick<Progress, 'iter' | 'interrupted'>): string {
  const results = curves
    .filter(({ kind, points }) => kind === 'metric' && points.length > 0)
    .map(({ name, points }) => {
      const values = points.map(({ y }) => y)
      const rule = knownRule(name)
      const best = rule === undefined ? '' : ` (best ${(rule === 'greater' ? Math.max(...values) : Math.min(...values)).toFixed(2)})`
      return `${name} ${values.at(-1)?.toFixed(2)}${best}`
    })
  return `${progress.interrupted ? 'Stopped after' : 'Done in'} ${durationText(seconds)}, ${progress.iter} iterations${results.length > 0 ? `: ${results.join(', ')}` : ''}`
}
