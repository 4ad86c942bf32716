import { type DataSample, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { nameOfSample, oneHot } from './sampleLabels.js'

/** A sample with any number of labels: scores, and for each class 1, 0, or −1 for what is not counted. */
export interface MultiLabelResult {
  readonly scores: Float32Array
  readonly actual: ArrayLike<number>
}

export function multiLabelResult(sample: DataSample, metric: string): MultiLabelResult {
  const { pred_score, gt_score, gt_label } = sample
  if (pred_score === undefined || (gt_score === undefined && gt_label === undefined))
    throw new TesseraError('DATA_INVALID', {
      what: `${metric} needs ${pred_score === undefined ? 'pred_score' : 'gt_label or gt_score'}`,
      path: nameOfSample(sample),
    })
  return {
    scores: pred_score,
    actual: gt_score === undefined ? oneHot(gt_label ?? [], pred_score.length) : Array.from(gt_score, Math.trunc),
  }
}

/** Option of the VOC metrics. */
export const vocEntries = {
  /** What only difficult objects show: true counts as there, false as not there, null is left out. */
  difficult_as_positive: v.optional(v.nullable(v.boolean()), null),
}

/** With VOC's difficult labels (`gt_label_difficult`) as the option says. */
export function vocResult(sample: DataSample, metric: string, asPositive: boolean | null): MultiLabelResult {
  const { scores, actual } = multiLabelResult(sample, metric)
  const known = new Set(sample.gt_label)
  const row = Array.from(actual)
  for (const label of sample.gt_label_difficult ?? []) {
    if (known.has(label)) continue
    if (asPositive === null) row[label] = -1
    else if (asPositive) row[label] = 1
  }
  return { scores, actual: row }
}
