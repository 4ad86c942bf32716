import type { Curve } from '../logging/curves.js'

export type ReportStatus = 'running' | 'finished' | 'stopped' | 'failed'

export interface ReportSample {
  /** `data:` address of a small picture. */
  readonly picture: string
  /** Its label, and what was predicted with which score. */
  readonly caption: readonly string[]
  /** Undefined where there is no one label to be right about. */
  readonly correct: boolean | undefined
}

/** What `report.json` holds; `report.html` shows the same and nothing else. */
export interface Report {
  readonly format: 'tessera-report'
  readonly version: 1
  readonly experiment: string
  readonly run_id: string
  readonly status: ReportStatus
  /** What ended a failed run. */
  readonly error?: string
  /** ISO 8601. */
  readonly started: string
  readonly updated: string
  /** Training of this process, a resumed run's earlier ones not counted. */
  readonly seconds: number
  readonly work_dir: string
  readonly log_dir: string
  readonly progress: { readonly epoch: number; readonly max_epochs: number; readonly iter: number; readonly max_iters: number }
  /** Name → value, in the order to be shown. */
  readonly environment: Readonly<Record<string, string>>
  readonly model: { readonly type: string; readonly parameters: number }
  /** One row a validation: where it was, and its numbers. */
  readonly validations: readonly { readonly epoch: number; readonly iter: number; readonly metrics: Readonly<Record<string, number>> }[]
  /** By metric: the best value and after which iteration it was, for those of which more or less is known to be better. */
  readonly best: Readonly<Record<string, { readonly value: number; readonly iter: number }>>
  readonly curves: readonly Curve[]
  readonly classes: readonly string[]
  /** Of the last validation, for one label an image: rows are labels, columns predictions. */
  readonly confusion?: readonly (readonly number[])[]
  /** Of the last validation: the first ones, and the mistakes that the model was surest of. */
  readonly samples: readonly ReportSample[]
  readonly mistakes: readonly ReportSample[]
  readonly config: Readonly<Record<string, unknown>> | undefined
}
