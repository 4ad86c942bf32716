/** What the server tells the page: the one description of it, read by both. */

/** Where a value was measured. */
export type Mode = 'train' | 'val' | 'lr'

/** What a curve is drawn over: iterations, epochs, or seconds of training (the sum of the steps' times). */
export const AXES = ['iter', 'epoch', 'time'] as const
export type Axis = (typeof AXES)[number]

/** `quiet`: no process holds the work dir, and nothing says that the run ended. */
export type RunStatus = 'running' | 'finished' | 'stopped' | 'quiet'

export interface TagSummary {
  /** `train/loss`, `val/accuracy/top1`, `lr/layer 3` */
  readonly key: string
  readonly mode: Mode
  readonly name: string
  readonly points: number
  /** Null for a value that was not finite. */
  readonly last: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface RunSummary {
  readonly id: string
  readonly name: string
  /** The run's folder, for people to find it. */
  readonly folder: string
  readonly status: RunStatus
  /** Milliseconds since 1970 of the last line that was written. */
  readonly updatedAt: number
  readonly iter: number
  readonly maxIters?: number
  readonly epoch?: number
  readonly maxEpochs?: number
  /** As the log says it: `0:01:30`. */
  readonly eta?: string
  readonly batchSize?: number
  /** Name of the newest checkpoint. */
  readonly checkpoint?: string
  readonly tags: readonly TagSummary[]
  readonly images: number
  /** Lines that were no JSON object and are left out. */
  readonly unreadable: number
}

export interface RunList {
  readonly root: string
  /** Rises whenever anything changed. */
  readonly version: number
  /** How many of all runs are read so far. */
  readonly read: number
  readonly total: number
  readonly runs: readonly RunSummary[]
}

export interface Series {
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** The same smoothed, with its own x. */
  readonly smooth?: { readonly x: readonly number[]; readonly y: readonly (number | null)[] }
}

export interface ImageEntry {
  readonly key: string
  readonly name: string
  readonly step: number
}

export interface ConfigAnswer {
  /** Those asked for whose config can be read; `values` are in their order. */
  readonly runs: readonly string[]
  readonly problems: readonly { readonly run: string; readonly problem: string }[]
  readonly rows: readonly ConfigRow[]
}

export interface ConfigRow {
  readonly path: string
  /** A value for each run asked for, in their order; absent: the run has none. */
  readonly values: readonly (string | null)[]
}
