import { type ConfigOf, type DataSample, METRICS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseMetric, metricEntries } from './baseMetric.js'

const k = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  ...metricEntries,
  topk: v.optional(v.union([k, v.array(k)]), [1]),
  /** A prediction counts only if its score is above; null: always. */
  thrs: v.optional(v.nullable(v.union([v.number(), v.array(v.nullable(v.number()))])), 0),
})

type Options = v.InferOutput<typeof schema>
export interface AccuracyConfig extends ConfigOf<'Accuracy', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    Accuracy: AccuracyConfig
  }
}

interface Result {
  readonly target: readonly number[]
  readonly scores: Float32Array | undefined
  readonly label: readonly number[] | undefined
}

/** Top-k accuracy in percent (MMPreTrain's Accuracy): `accuracy/top1`, and `accuracy/top1_thr-0.50` when there are several thresholds. */
@METRICS.registerModule()
export class Accuracy extends BaseMetric<Result> {
  static readonly schema = schema
  protected override readonly defaultPrefix = 'accuracy'
  private readonly topk: readonly number[]
  private readonly thresholds: readonly (number | null)[]

  constructor(options: Options) {
    super(options)
    this.topk = typeof options.topk === 'number' ? [options.topk] : options.topk
    this.thresholds = Array.isArray(options.thrs) ? options.thrs : [options.thrs]
  }

  override process(samples: readonly DataSample[]): void {
    for (const { gt_label, pred_score, pred_label, metainfo } of samples) {
      if (gt_label === undefined || (pred_score === undefined && pred_label === undefined)) {
        throw new TesseraError('DATA_INVALID', {
          what: `Accuracy needs ${gt_label === undefined ? 'gt_label' : 'pred_score or pred_label'}`,
          path: String(metainfo['img_path'] ?? metainfo['sample_idx'] ?? ''),
        })
      }
      this.results.push({ target: gt_label, scores: pred_score, label: pred_label })
    }
  }

  protected override computeMetrics(results: readonly Result[]): Record<string, number> {
    const [first] = results
    if (first?.scores === undefined)
      return { top1: percent(results.filter(({ target, label }) => target[0] === label?.[0]).length, results.length) }
    const metrics: Record<string, number> = {}
    for (const top of this.topk) {
      if (top > first.scores.length) {
        throw new TesseraError('INVALID_OPTIONS', {
          what: `top-${top} accuracy needs at least ${top} classes`,
          path: 'Accuracy.topk',
          got: this.topk,
          expected: `at most ${first.scores.length}`,
          hint: 'Set topk to what fits the number of classes.',
        })
      }
      for (const threshold of this.thresholds) {
        const correct = results.filter(
          ({ target, scores }) => scores !== undefined && isWithinTop(scores, target[0] ?? -1, top, threshold),
        ).length
        metrics[nameOf(top, threshold, this.thresholds.length)] = percent(correct, results.length)
      }
    }
    return metrics
  }
}

function nameOf(top: number, threshold: number | null, count: number): string {
  if (count === 1) return `top${top}`
  return `top${top}${threshold === null ? '_no-thr' : `_thr-${threshold.toFixed(2)}`}`
}

/** Whether the target is among the `top` highest scores, its own above the threshold. Of equal scores the lower class comes first. */
function isWithinTop(scores: Float32Array, target: number, top: number, threshold: number | null): boolean {
  const own = scores[target]
  if (own === undefined || Number.isNaN(own)) return false
  if (threshold !== null && !(own > Math.fround(threshold))) return false
  let before = 0
  for (const [index, score] of scores.entries()) if (score > own || (score === own && index < target)) before++
  return before < top
}

/** In float32, as the reference computes it. */
function percent(correct: number, total: number): number {
  return Math.fround(Math.fround(correct * 100) / total)
}
