import { type DataSample, TesseraError } from '@tessera/core'

/** The labels of a batch as tensors will hold them: class indices, or a score for each class. */
export type BatchLabels = { readonly gt_label: Int32Array } | { readonly gt_score: Float32Array; readonly classes: number } | undefined

/**
 * One label a sample stays an index. Soft labels, several labels a sample, or `toOnehot` become scores [batch, classes].
 * @param classes needed to turn indices into scores
 */
export function batchLabels(samples: readonly DataSample[], options: { toOnehot: boolean; classes: number | undefined }): BatchLabels {
  if (samples.every((sample) => sample.gt_label === undefined && sample.gt_score === undefined)) return undefined
  const isSingle = samples.every((sample) => sample.gt_score === undefined && sample.gt_label?.length === 1)
  if (isSingle && !options.toOnehot) return { gt_label: Int32Array.from(samples, (sample) => sample.gt_label?.[0] ?? 0) }
  const classes = options.classes ?? samples.find((sample) => sample.gt_score !== undefined)?.gt_score?.length
  if (classes === undefined) {
    throw new TesseraError('INVALID_OPTIONS', {
      what: 'labels become scores only when the number of classes is known',
      path: 'data_preprocessor.num_classes',
      expected: 'the number of classes',
    })
  }
  const scores = new Float32Array(samples.length * classes)
  for (const [row, sample] of samples.entries()) writeScores(scores.subarray(row * classes, (row + 1) * classes), sample)
  return { gt_score: scores, classes }
}

function writeScores(row: Float32Array, sample: DataSample): void {
  if (sample.gt_score !== undefined) {
    if (sample.gt_score.length !== row.length)
      throw new TesseraError('DATA_INVALID', {
        what: 'a soft label has another number of classes',
        got: sample.gt_score.length,
        expected: String(row.length),
      })
    row.set(sample.gt_score)
    return
  }
  if (sample.gt_label === undefined)
    throw new TesseraError('DATA_INVALID', { what: 'a sample has no label, others of its batch do', got: sample.metainfo })
  for (const label of sample.gt_label) {
    if (!(label >= 0 && label < row.length))
      throw new TesseraError('DATA_INVALID', { what: 'a label is no class', got: label, expected: `0 to ${row.length - 1}` })
    row[label] = 1
  }
}
