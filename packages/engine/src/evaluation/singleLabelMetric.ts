import { type ConfigOf, type DataSample, METRICS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseMetric, metricEntries } from './baseMetric.js'
import { averageSchema, itemsSchema, namedItems, precisionRecall } from './precisionRecall.js'
import { highest, labelOf, nameOfSample, oneHot } from './sampleLabels.js'

const threshold = v.nullable(v.number())

const schema = v.strictObject({
  ...metricEntries,
  /** A prediction counts only if its score is above; null: always. */
  thrs: v.optional(v.nullable(v.union([v.number(), v.array(threshold)])), 0),
  items: v.optional(itemsSchema, ['precision', 'recall', 'f1-score']),
  average: v.optional(averageSchema, 'macro'),
  /** Needed where predictions come as labels without scores. */
  num_classes: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)))),
})

export interface SingleLabelMetricConfig extends ConfigOf<'SingleLabelMetric', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    SingleLabelMetric: SingleLabelMetricConfig
  }
}

interface Result {
  readonly target: number
  readonly label: number
  /** Of the predicted label; undefined where there are no scores. */
  readonly score: number | undefined
  readonly classes: number
}

/** Precision, recall, F1 and support of one label an image (MMPreTrain's SingleLabelMetric). */
@METRICS.registerModule()
export class SingleLabelMetric extends BaseMetric<Result> {
  static readonly schema = schema
  protected override readonly defaultPrefix = 'single-label'
  private readonly thresholds: readonly (number | null)[]

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super(options)
    this.thresholds = Array.isArray(options.thrs) ? options.thrs : [options.thrs]
  }

  override process(samples: readonly DataSample[]): void {
    for (const sample of samples) {
      const { pred_score } = sample
      const target = labelOf(sample, 'gt_label', 'SingleLabelMetric')
      if (pred_score !== undefined) {
        const label = highest(pred_score)
        this.results.push({ target, label, score: pred_score[label], classes: pred_score.length })
        continue
      }
      const classes = this.options.num_classes
      if (classes == null)
        throw new TesseraError('INVALID_OPTIONS', {
          what: 'num_classes must be given where there are no scores',
          path: 'SingleLabelMetric.num_classes',
          got: nameOfSample(sample),
        })
      this.results.push({ target, label: labelOf(sample, 'pred_label', 'SingleLabelMetric'), score: undefined, classes })
    }
  }

  protected override computeMetrics(results: readonly Result[]): Record<string, number | number[]> {
    const { items, average } = this.options
    const [first] = results
    const classes = first?.classes ?? 0
    const hasScores = first?.score !== undefined
    const metrics: Record<string, number | number[]> = {}
    for (const threshold of hasScores ? this.thresholds : [null]) {
      const decisions = results.map(({ target, label, score }) => {
        const counts = threshold === null || (score !== undefined && score > Math.fround(threshold))
        return { predicted: oneHot(counts ? [label] : [], classes), actual: oneHot([target], classes) }
      })
      Object.assign(
        metrics,
        namedItems(precisionRecall(decisions, classes, average), items, average, hasScores ? this.suffix(threshold) : ''),
      )
    }
    return metrics
  }

  private suffix(threshold: number | null): string {
    if (this.thresholds.length === 1) return ''
    return threshold === null ? '_no-thr' : `_thr-${threshold.toFixed(2)}`
  }
}
