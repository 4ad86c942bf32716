import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type ConfigOf, type DataSample, METRICS } from '@tessera/core'
import * as v from 'valibot'
import { writeResults } from '../analysis/dumpedResults.js'
import { BaseMetric, metricEntries } from './baseMetric.js'

const schema = v.strictObject({
  ...metricEntries,
  /** Where the predictions go: a `.json` file. Pickles run code when they are read, and are not offered. */
  out_file_path: v.pipe(v.string(), v.endsWith('.json', 'predictions are written as JSON: a name that ends in .json')),
})

export interface DumpResultsConfig extends ConfigOf<'DumpResults', typeof schema> {}
declare module '@tessera/core' {
  interface MetricTypes {
    DumpResults: DumpResultsConfig
  }
}

/** Measures nothing: writes every prediction to a file, for metrics and tools to look at later (MMEngine's DumpResults). */
@METRICS.registerModule()
export class DumpResults extends BaseMetric<DataSample> {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super(options)
  }

  override process(samples: readonly DataSample[]): void {
    this.results.push(...samples)
  }

  protected override computeMetrics(results: readonly DataSample[]): Record<string, never> {
    const file = path.resolve(this.options.out_file_path)
    mkdirSync(path.dirname(file), { recursive: true })
    writeResults(file, results, this.datasetMeta.classes)
    return {}
  }
}
