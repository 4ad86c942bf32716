import type { DataLoaderContract } from '@tessera/core'
import type { Evaluator } from './evaluator.js'

/** One data set to evaluate on. Results of a named one are `name/…`. */
export interface EvaluationSet {
  readonly name: string | undefined
  readonly loader: DataLoaderContract
  readonly evaluator: Evaluator
}

export function prefixed(name: string | undefined, metrics: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [name === undefined ? key : `${name}/${key}`, value]))
}
