import { type ConfigOf, type DataSample, inject, LOGGER, type Logger, METRICS } from '@tessera/core'
import * as v from 'valibot'
import { MultiLabelMetric, multiLabelEntries } from './multiLabelMetric.js'
import { type MultiLabelResult, vocEntries, vocResult } from './multiLabelSamples.js'

const schema = v.strictObject({ ...multiLabelEntries, ...vocEntries })

export interface VOCMultiLabelMetricConfig extends ConfigOf<'VOCMultiLabelMetric', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    VOCMultiLabelMetric: VOCMultiLabelMetricConfig
  }
}

/** MultiLabelMetric with PASCAL VOC's difficult objects (MMPreTrain's VOCMultiLabelMetric). */
@METRICS.registerModule()
export class VOCMultiLabelMetric extends MultiLabelMetric {
  static override readonly schema = schema

  constructor(
    private readonly voc: v.InferOutput<typeof schema>,
    @inject(LOGGER) logger: Logger,
  ) {
    super(voc, logger)
  }

  protected override resultOf(sample: DataSample): MultiLabelResult {
    return vocResult(sample, 'VOCMultiLabelMetric', this.voc.difficult_as_positive)
  }
}
