import type { DataSample } from '@tessera/core'

export interface RankedResults {
  /** Predicted as labelled. */
  readonly success: readonly DataSample[]
  readonly fail: readonly DataSample[]
}

/**
 * Predictions that are right and wrong, by how sure they are (MMPreTrain's analyze_results). Samples without label or scores are left out.
 * @param topk at most so many of each
 * @param order the least sure first, as MMPreTrain has it, or the surest first
 */
export function rankResults(samples: readonly DataSample[], topk: number, order: 'least' | 'most' = 'least'): RankedResults {
  const sign = order === 'least' ? 1 : -1
  const sure = samples
    .flatMap((sample) => (sample.gt_label === undefined || sample.pred_score === undefined ? [] : [{ sample, score: surest(sample) }]))
    .sort((a, b) => sign * (a.score - b.score))
  const of = (wanted: boolean): DataSample[] => sure.flatMap(({ sample }) => (isRight(sample) === wanted ? [sample] : [])).slice(0, topk)
  return { success: of(true), fail: of(false) }
}

function surest({ pred_score = new Float32Array() }: DataSample): number {
  return pred_score.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
}

/** All its labels and no other, in whatever order. */
function isRight({ gt_label = [], pred_label = [] }: DataSample): boolean {
  const wanted = new Set(gt_label)
  return wanted.size === new Set(pred_label).size && pred_label.every((label) => wanted.has(label))
}
