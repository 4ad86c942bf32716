import { type ConfigOf, componentConfig, componentConfigs, EVALUATORS, type EvaluatorTypes, METRICS, type MetricTypes } from '@tessera/core'
import * as v from 'valibot'

/** The options of `{ type: 'Evaluator' }`, the long form of a list of metrics. */
export const evaluatorSchema = v.strictObject({
  /** One metric, or a list of them. */
  metrics: v.union([componentConfig<MetricTypes>(METRICS), componentConfigs<MetricTypes>(METRICS)]),
  /** Evaluate on the first so many batches only; all when absent. */
  num_batches: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
})

/** The options of `{ type: 'EvaluatorDict' }`: for several data sets, an evaluator each, under the names of their loaders. */
export const evaluatorDictSchema = v.strictObject({
  evaluators: v.record(
    v.string(),
    v.union(
      [componentConfig<MetricTypes & EvaluatorTypes>(METRICS, EVALUATORS), componentConfigs<MetricTypes>(METRICS)],
      'Expected a metric, a list of them, or an Evaluator',
    ),
  ),
})

interface EvaluatorConfig extends ConfigOf<'Evaluator', typeof evaluatorSchema> {}
interface EvaluatorDictConfig extends ConfigOf<'EvaluatorDict', typeof evaluatorDictSchema> {}
declare module '@tessera/core' {
  interface EvaluatorTypes {
    Evaluator: EvaluatorConfig
    EvaluatorDict: EvaluatorDictConfig
  }
}
