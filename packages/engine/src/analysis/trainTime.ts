import { TesseraError } from '@tessera/core'
import type { JsonLog, LogLine } from './jsonLog.js'

/**
 * Time an iteration, by epoch and over all (MMPreTrain's cal_train_time, its words). An epoch's first line holds what warming up cost and
 * is left out there, where it is not the only one.
 */
export function trainTimeText({ file, train }: JsonLog, { includeOutliers = false } = {}): string {
  const timed = train.filter((line): line is LogLine & { time: number } => typeof line['time'] === 'number')
  if (timed.length === 0) throw new TesseraError('DATA_INVALID', { what: 'the log has no times of training', path: file })
  const lines = [`-----Analyze train time of ${file}-----`]
  const epochs = byEpoch(timed)
  if (epochs.length > 0) {
    const means = epochs.map((epoch) => mean(includeOutliers || epoch.length === 1 ? epoch : epoch.slice(1)))
    const slowest = means.indexOf(Math.max(...means))
    const fastest = means.indexOf(Math.min(...means))
    const all = mean(means)
    const deviation = Math.sqrt(mean(means.map((value) => (value - all) ** 2)))
    lines.push(
      `slowest epoch ${slowest + 1}, average time is ${means[slowest]?.toFixed(4)}`,
      `fastest epoch ${fastest + 1}, average time is ${means[fastest]?.toFixed(4)}`,
      `time std over epochs is ${deviation.toFixed(4)}`,
    )
  }
  lines.push(`average iter time: ${mean(timed.map(({ time }) => time)).toFixed(4)} s/iter`)
  return `${lines.join('\n')}\n\n`
}

/** The times of each epoch; none for training by iterations. */
function byEpoch(lines: readonly (LogLine & { readonly time: number })[]): number[][] {
  const epochs: { readonly epoch: unknown; readonly times: number[] }[] = []
  for (const { epoch, time } of lines) {
    if (typeof epoch !== 'number') return []
    const last = epochs.at(-1)
    if (last?.epoch === epoch) last.times.push(time)
    else epochs.push({ epoch, times: [time] })
  }
  return epochs.map(({ times }) => times)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
