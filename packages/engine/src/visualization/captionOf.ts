import type { DataSample } from '@tessera/core'

/** What is known of a sample, in words: its labels, and what was predicted with which score. */
export function captionOf(sample: DataSample, classes: readonly string[] | undefined): string[] {
  const nameOf = (label: number) => classes?.[label] ?? String(label)
  const scored = (label: number) => {
    const score = sample.pred_score?.[label]
    return score === undefined ? nameOf(label) : `${nameOf(label)} (${score.toFixed(2)})`
  }
  return [
    ...(sample.gt_label === undefined ? [] : [`label: ${sample.gt_label.map(nameOf).join(', ')}`]),
    ...(sample.pred_label === undefined ? [] : [`predicted: ${sample.pred_label.map(scored).join(', ')}`]),
  ]
}
