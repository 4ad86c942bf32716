import { type DataSample, EVALUATORS, type MetaInfo, suggest, TesseraError } from '@tessera/core'
import type * as v from 'valibot'
import type { BaseMetric } from './baseMetric.js'
import { evaluatorSchema } from './evaluatorConfig.js'

/**
 * Several metrics over one loader (MMEngine's Evaluator). One of your own extends it, is registered in EVALUATORS, and is named by
 * `val_evaluator: { type: 'Mine', metrics: […] }`; its schema has at least the entries of this one's.
 */
@EVALUATORS.registerModule()
export class Evaluator {
  static readonly schema: v.GenericSchema = evaluatorSchema
  readonly metrics: readonly BaseMetric[]
  /** Only the first so many batches; all when absent. */
  readonly numBatches: number | undefined

  /** @param metrics built from the option of the same name */
  constructor(options: { readonly num_batches?: number | undefined }, metrics: readonly BaseMetric[]) {
    this.metrics = metrics
    this.numBatches = options.num_batches
  }

  setDatasetMeta(meta: MetaInfo): void {
    for (const metric of this.metrics) metric.datasetMeta = meta
  }

  process(samples: readonly DataSample[]): void {
    for (const metric of this.metrics) metric.process(samples)
  }

  /** @throws TesseraError INVALID_OPTIONS when two metrics give one name */
  evaluate(size: number): Record<string, unknown> {
    const all: Record<string, unknown> = {}
    for (const metric of this.metrics) {
      for (const [name, value] of Object.entries(metric.evaluate(size))) {
        if (Object.hasOwn(all, name)) {
          throw new TesseraError('INVALID_OPTIONS', {
            what: 'two metrics give a result of the same name',
            got: name,
            hint: 'Give one of them another prefix.',
          })
        }
        all[name] = value
      }
    }
    return all
  }

  reset(): void {
    for (const metric of this.metrics) metric.reset()
  }
}

/**
 * The value a hook asks for by name: `accuracy/top1`, or where one result alone ends in it `top1` (`accuracy/top1` of a named set).
 * @throws TesseraError INVALID_OPTIONS when there is none, or several
 */
export function metricValue(metrics: Readonly<Record<string, unknown>>, name: string, path?: string): unknown {
  if (Object.hasOwn(metrics, name)) return metrics[name]
  const matches = Object.keys(metrics).filter((key) => key.endsWith(`/${name}`))
  const [only] = matches
  if (matches.length === 1 && only !== undefined) return metrics[only]
  throw new TesseraError('INVALID_OPTIONS', {
    what: matches.length === 0 ? 'the evaluation gives no such metric' : 'several metrics have this name: add the prefix',
    path,
    got: name,
    expected: `one of ${(matches.length === 0 ? Object.keys(metrics) : matches).join(', ')}`,
    nearest: suggest(name, Object.keys(metrics)),
  })
}
