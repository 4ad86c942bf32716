import { type ConfigOf, type DataSample, inject, LOGGER, type Logger, METRICS } from '@tessera/core'
import * as v from 'valibot'
import { BaseMetric, metricEntries } from './baseMetric.js'
import { type MultiLabelResult, multiLabelResult } from './multiLabelSamples.js'
import { averageSchema, itemsSchema, namedItems, precisionRecall } from './precisionRecall.js'

/** Options, for the schemas of subclasses. */
export const multiLabelEntries = {
  ...metricEntries,
  /** Classes whose score is at least this are predicted; 0.5 when `topk` is absent, too. */
  thr: v.optional(v.nullable(v.number())),
  /** Without `thr`: the so many highest scores are. */
  topk: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)))),
  items: v.optional(itemsSchema, ['precision', 'recall', 'f1-score']),
  average: v.optional(averageSchema, 'macro'),
}

const schema = v.strictObject(multiLabelEntries)

export interface MultiLabelMetricConfig extends ConfigOf<'MultiLabelMetric', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    MultiLabelMetric: MultiLabelMetricConfig
  }
}

/** Precision, recall, F1 and support of any number of labels an image (MMPreTrain's MultiLabelMetric). */
@METRICS.registerModule()
export class MultiLabelMetric extends BaseMetric<MultiLabelResult> {
  static readonly schema: v.GenericSchema = schema
  protected override readonly defaultPrefix = 'multi-label'
  private readonly threshold: number | undefined

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(LOGGER) logger: Logger,
  ) {
    super(options)
    const { thr, topk } = options
    this.threshold = thr ?? (topk == null ? 0.5 : undefined)
    if (thr == null && topk == null) logger.warning('MultiLabelMetric: neither thr nor topk is given; thr is 0.5.')
    if (thr != null && topk != null) logger.warning('MultiLabelMetric: thr and topk are both given; thr is used.')
  }

  override process(samples: readonly DataSample[]): void {
    for (const sample of samples) this.results.push(this.resultOf(sample))
  }

  protected resultOf(sample: DataSample): MultiLabelResult {
    return multiLabelResult(sample, this.constructor.name)
  }

  protected override computeMetrics(results: readonly MultiLabelResult[]): Record<string, number | number[]> {
    const { items, average, topk } = this.options
    const decisions = results.map(({ scores, actual }) => ({
      predicted: this.threshold === undefined ? highestOf(scores, topk ?? 1) : above(scores, Math.fround(this.threshold)),
      actual,
    }))
    const values = precisionRecall(decisions, results[0]?.scores.length ?? 0, average)
    const suffix = this.threshold === undefined ? `_top${topk}` : this.threshold === 0.5 ? '' : `_thr-${this.threshold.toFixed(2)}`
    return namedItems(values, items, average, suffix)
  }
}

function above(scores: Float32Array, threshold: number): Int8Array {
  return Int8Array.from(scores, (score) => (score >= threshold ? 1 : 0))
}

function highestOf(scores: Float32Array, count: number): Int8Array {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
  const row = new Int8Array(scores.length)
  for (const index of order.slice(0, count)) row[index] = 1
  return row
}
