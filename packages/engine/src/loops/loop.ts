import type { DataLoaderContract } from '@tessera/core'
import type { EvaluationSet } from '../evaluation/evaluationSet.js'
import type { Evaluator } from '../evaluation/evaluator.js'
import type { HookList } from '../hooks/hookList.js'
import type { RunState } from '../run/runState.js'
import type { StepRunner } from '../step/stepRunner.js'

/** What every loop is built with, after its options. */
export interface LoopParts {
  readonly run: RunState
  readonly hooks: HookList
  readonly loader: DataLoaderContract
  readonly step: StepRunner
}

/** Evaluates the model; undefined when it was interrupted. */
export interface EvaluationLoop {
  run(): Promise<Readonly<Record<string, unknown>> | undefined>
  /** Goes through a few batches before training, to find out early what would fail late. */
  sanityCheck?(batches: number): Promise<void>
}

export interface TrainLoopParts extends LoopParts {
  /** Absent: no validation. */
  readonly validation?: EvaluationLoop | undefined
}

/** `loader` and `evaluator` are those of the first set. */
export interface EvaluationLoopParts extends LoopParts {
  readonly mode: 'val' | 'test'
  readonly evaluator: Evaluator
  readonly sets: readonly EvaluationSet[]
}

export interface TrainLoop {
  run(): Promise<void>
}

/** Timers and signal handlers wait no longer than this, or than a step takes. */
const BREATH_MILLISECONDS = 5
let lastBreath = 0

/** Lets timers and signal handlers have their turn: the native backend computes without ever returning to the event loop. */
export async function breathe(): Promise<void> {
  const now = performance.now()
  if (now - lastBreath < BREATH_MILLISECONDS) return
  lastBreath = now
  await new Promise((resolve) => setImmediate(resolve))
}
