import { Hook } from '../hooks/hook.js'
import type { RunState } from '../run/runState.js'

/** The first step also sets things up (kernels, a recorded graph): it says nothing about the pace. */
const WARM_UP = 1
/** Steps that are timed; few, so that a slow machine says so soon. */
const TIMED = 4
/** A run shorter than this needs no warning. */
const SHORT_SECONDS = 120

/** Says after a few steps how long training will take, where that is long: the first ordinary line can be minutes away. Added by createRun. */
export class EarlyEstimateHook extends Hook {
  override readonly priority = 'LOWEST'
  private readonly now: () => number
  private steps = 0
  private startedAt = 0

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    super()
    this.now = now
  }

  override afterTrainIter(run: RunState): void {
    this.steps++
    if (this.steps === WARM_UP) this.startedAt = this.now()
    if (this.steps !== WARM_UP + TIMED) return
    const secondsAStep = (this.now() - this.startedAt) / 1000 / TIMED
    const line = estimateLine(secondsAStep, run.progress.maxIters - run.progress.iter - 1)
    if (line !== undefined) run.logger.info(line)
  }
}

/** @returns undefined where the wait is short */
export function estimateLine(secondsAStep: number, stepsLeft: number): string | undefined {
  const seconds = secondsAStep * stepsLeft
  if (seconds < SHORT_SECONDS) return undefined
  const minutes = Math.round(seconds / 60)
  const wait = minutes < 120 ? `${minutes} minutes` : `${(seconds / 3600).toFixed(1)} hours`
  return `At ${secondsAStep < 1 ? `${Math.round(secondsAStep * 1000)} ms` : `${secondsAStep.toFixed(1)} s`} a step, training takes about ${wait}.`
}
