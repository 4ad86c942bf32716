import { type ConfigOf, type DataSample, METRICS } from '@tessera/core'
import * as v from 'valibot'
import { BaseMetric, metricEntries } from './baseMetric.js'
import { type MultiLabelResult, multiLabelResult } from './multiLabelSamples.js'

/** Options, for the schemas of subclasses. */
export const averagePrecisionEntries = {
  ...metricEntries,
  /** `macro`: the mean over classes (mAP); null: each class. */
  average: v.optional(v.nullable(v.literal('macro')), 'macro'),
}

const schema = v.strictObject(averagePrecisionEntries)

export interface AveragePrecisionConfig extends ConfigOf<'AveragePrecision', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    AveragePrecision: AveragePrecisionConfig
  }
}

/** Average precision of each class over all samples, in percent: `multi-label/mAP` or `multi-label/AP_classwise` (MMPreTrain's AveragePrecision). */
@METRICS.registerModule()
export class AveragePrecision extends BaseMetric<MultiLabelResult> {
  static readonly schema: v.GenericSchema = schema
  protected override readonly defaultPrefix = 'multi-label'

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super(options)
  }

  override process(samples: readonly DataSample[]): void {
    for (const sample of samples) this.results.push(this.resultOf(sample))
  }

  protected resultOf(sample: DataSample): MultiLabelResult {
    return multiLabelResult(sample, this.constructor.name)
  }

  protected override computeMetrics(results: readonly MultiLabelResult[]): Record<string, number | number[]> {
    const classes = results[0]?.scores.length ?? 0
    const each = Array.from({ length: classes }, (_, at) =>
      averagePrecision(results.map(({ scores, actual }) => ({ score: scores[at] ?? 0, actual: actual[at] ?? 0 }))),
    )
    if (this.options.average === null) return { AP_classwise: each.map((value) => Math.fround(value * 100)) }
    return { mAP: Math.fround(Math.fround(each.reduce((a, b) => a + b, 0) / classes) * 100) }
  }
}

/** Mean of the precisions at which each positive is found, in [0, 1], in float32; 0 where there is no positive. −1 is left out. */
export function averagePrecision(rows: readonly { score: number; actual: number }[]): number {
  const ranked = rows.filter(({ actual }) => actual > -1).sort((a, b) => b.score - a.score)
  let found = 0
  let sum = 0
  for (const [rank, { actual }] of ranked.entries()) {
    if (actual !== 1) continue
    found++
    sum = Math.fround(sum + Math.fround(found / (rank + 1)))
  }
  return found === 0 ? 0 : Math.fround(sum / found)
}
