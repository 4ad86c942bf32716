import { type DataSample, type MetaInfo, TesseraError } from '@tessera/core'
import * as v from 'valibot'

/** Options that every metric has: spread them into its schema. */
export const metricEntries = {
  /** Results are `prefix/name`; each metric has one of its own. */
  prefix: v.optional(v.nullable(v.string())),
  /** One process only, so nothing is collected from others; accepted for MMPreTrain's recipes. */
  collect_device: v.optional(v.picklist(['cpu', 'gpu']), 'cpu'),
}

/** What the base reads of them. */
export interface MetricOptions {
  readonly prefix?: string | null | undefined
}

/**
 * A metric (MMEngine's BaseMetric): `process` keeps what it needs of each batch, `computeMetrics` turns it into numbers at the end.
 * Results are named `prefix/name`.
 */
export abstract class BaseMetric<TResult = unknown> {
  /** Used when the config gives no prefix. */
  protected readonly defaultPrefix: string | undefined = undefined
  datasetMeta: MetaInfo = {}
  protected results: TResult[] = []
  private readonly givenPrefix: string | undefined

  constructor(options: MetricOptions = {}) {
    this.givenPrefix = options.prefix ?? undefined
  }

  get prefix(): string | undefined {
    return this.givenPrefix ?? this.defaultPrefix
  }

  abstract process(samples: readonly DataSample[]): void
  protected abstract computeMetrics(results: readonly TResult[]): Record<string, unknown>

  /** @param size samples in the data set: what padding repeated beyond it is left out */
  evaluate(size: number): Record<string, unknown> {
    const results = this.results.slice(0, size)
    this.reset()
    if (results.length === 0) {
      throw new TesseraError('DATA_INVALID', {
        what: `${this.constructor.name} got nothing to evaluate`,
        hint: 'Is the data set empty, or does process() keep no result?',
      })
    }
    const { prefix } = this
    return Object.fromEntries(
      Object.entries(this.computeMetrics(results)).map(([name, value]) => [prefix === undefined ? name : `${prefix}/${name}`, value]),
    )
  }

  reset(): void {
    this.results = []
  }
}
