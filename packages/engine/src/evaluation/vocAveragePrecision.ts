import { type ConfigOf, type DataSample, METRICS } from '@tessera/core'
import * as v from 'valibot'
import { AveragePrecision, averagePrecisionEntries } from './averagePrecision.js'
import { type MultiLabelResult, vocEntries, vocResult } from './multiLabelSamples.js'

const schema = v.strictObject({ ...averagePrecisionEntries, ...vocEntries })

export interface VOCAveragePrecisionConfig extends ConfigOf<'VOCAveragePrecision', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    VOCAveragePrecision: VOCAveragePrecisionConfig
  }
}

/** AveragePrecision with PASCAL VOC's difficult objects (MMPreTrain's VOCAveragePrecision). */
@METRICS.registerModule()
export class VOCAveragePrecision extends AveragePrecision {
  static override readonly schema = schema

  constructor(private readonly voc: v.InferOutput<typeof schema>) {
    super(voc)
  }

  protected override resultOf(sample: DataSample): MultiLabelResult {
    return vocResult(sample, 'VOCAveragePrecision', this.voc.difficult_as_positive)
  }
}
