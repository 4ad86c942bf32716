import path from 'node:path'
import { suggest, TesseraError } from '@tessera/core'
import type { Chart } from '../report/chartFile.js'
import type { ChartSeries } from '../report/lineChart.js'
import { type JsonLog, keysOf, type LogLine } from './jsonLog.js'

/**
 * Curves of some keys of some logs in one plot (MMPreTrain's plot_curve): those of training over epochs (iterations), those of validation
 * over its steps.
 * @param legend a name for each key of each log, log by log; `<file>_<key>` by default
 * @throws TesseraError INVALID_USAGE for a key that a log does not have, or for too few names
 */
export function logCurves(logs: readonly JsonLog[], keys: readonly string[], legend?: readonly string[]): Chart {
  if (legend !== undefined && legend.length !== logs.length * keys.length) {
    throw new TesseraError('INVALID_USAGE', {
      what: 'a legend names each key of each log',
      path: '--legend',
      got: legend.length,
      expected: String(logs.length * keys.length),
    })
  }
  const units = new Set<string>()
  const series: ChartSeries[] = []
  for (const log of logs) {
    for (const key of keys) {
      const name =
        legend?.[series.length] ??
        `${path
          .basename(log.file)
          .replace(/\.json$/, '')
          .replace(/\.log$/, '')}_${key}`
      const [lines, isTraining] = keysOf(log.val).includes(key) ? [log.val, false] : [log.train, true]
      if (!keysOf(lines).includes(key)) throw noSuchKey(log, key)
      const scale = isTraining ? stepsPerEpoch(lines) : undefined
      units.add(isTraining ? (scale === undefined ? 'Iters' : 'Epochs') : 'Steps')
      series.push({
        name,
        points: lines.filter((line) => Object.hasOwn(line, key)).map((line) => ({ x: line.step / (scale ?? 1), y: numberOf(line[key]) })),
      })
    }
  }
  return { series, xLabel: [...units].join(' / ') }
}

/** Steps are iterations; undefined where the log has no epochs. */
function stepsPerEpoch(lines: readonly LogLine[]): number | undefined {
  const last = lines.at(-1)
  const epoch = last?.['epoch']
  return last === undefined || typeof epoch !== 'number' || epoch === 0 ? undefined : last.step / epoch
}

/** What JSON cannot say is null: a gap. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}

function noSuchKey({ file, train, val }: JsonLog, key: string): TesseraError {
  const known = [...new Set([...keysOf(train), ...keysOf(val)])]
  return new TesseraError('INVALID_USAGE', {
    what: `${file} has no numbers of this name`,
    path: '--keys',
    got: key,
    expected: `one of ${known.join(', ')}`,
    nearest: suggest(key, known),
  })
}
