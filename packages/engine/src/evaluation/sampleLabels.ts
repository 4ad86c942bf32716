import { type DataSample, TesseraError } from '@tessera/core'

/** The index of the highest score; of equal ones the first. */
export function highest(scores: ArrayLike<number>): number {
  let best = 0
  for (let at = 1; at < scores.length; at++)
    if ((scores[at] ?? Number.NEGATIVE_INFINITY) > (scores[best] ?? Number.NEGATIVE_INFINITY)) best = at
  return best
}

export function oneHot(labels: Iterable<number>, classes: number): Int8Array {
  const row = new Int8Array(classes)
  for (const label of labels) row[label] = 1
  return row
}

/** The one label of a sample. @throws TesseraError DATA_INVALID when it has none */
export function labelOf(sample: DataSample, key: 'gt_label' | 'pred_label', metric: string): number {
  const label = sample[key]?.[0]
  if (label !== undefined) return label
  throw new TesseraError('DATA_INVALID', { what: `${metric} needs ${key}`, path: nameOfSample(sample) })
}

/** Path or index, for messages. */
export function nameOfSample({ metainfo }: DataSample): string {
  return String(metainfo['img_path'] ?? metainfo['sample_idx'] ?? '')
}
