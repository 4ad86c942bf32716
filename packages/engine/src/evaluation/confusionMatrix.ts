import { type ConfigOf, type DataSample, METRICS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseMetric, metricEntries } from './baseMetric.js'
import { highest, labelOf } from './sampleLabels.js'

const schema = v.strictObject({
  ...metricEntries,
  /** Needed where predictions come as labels without scores. */
  num_classes: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1)))),
})

export interface ConfusionMatrixConfig extends ConfigOf<'ConfusionMatrix', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    ConfusionMatrix: ConfusionMatrixConfig
  }
}

interface Result {
  readonly target: number
  readonly label: number
  readonly classes: number | undefined
}

/** How many samples of each class (row) were taken for which (column): `confusion_matrix/result` (MMPreTrain's ConfusionMatrix). */
@METRICS.registerModule()
export class ConfusionMatrix extends BaseMetric<Result> {
  static readonly schema = schema
  protected override readonly defaultPrefix = 'confusion_matrix'

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super(options)
  }

  override process(samples: readonly DataSample[]): void {
    for (const sample of samples) {
      const { pred_score } = sample
      this.results.push({
        target: labelOf(sample, 'gt_label', 'ConfusionMatrix'),
        label: pred_score === undefined ? labelOf(sample, 'pred_label', 'ConfusionMatrix') : highest(pred_score),
        classes: pred_score?.length,
      })
    }
  }

  protected override computeMetrics(results: readonly Result[]): Record<string, number[][]> {
    const classes = results[0]?.classes ?? this.options.num_classes
    if (classes == null)
      throw new TesseraError('INVALID_OPTIONS', {
        what: 'num_classes must be given where there are no scores',
        path: 'ConfusionMatrix.num_classes',
      })
    const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0))
    for (const { target, label } of results) {
      const row = matrix[target]
      if (row?.[label] === undefined)
        throw new TesseraError('DATA_INVALID', {
          what: 'a label is no class',
          got: { target, predicted: label },
          expected: `0 to ${classes - 1}`,
        })
      row[label] = (row[label] ?? 0) + 1
    }
    return { result: matrix }
  }
}
