/** What a run's text log tells that its scalars don't. */
export interface LogFacts {
  readonly byEpoch?: boolean
  readonly epochLength?: number
  readonly maxIters?: number
  readonly eta?: string
  /** How the run says that it ended. */
  readonly end?: 'finished' | 'stopped'
}

/** Epoch(train)  [1][100/132]   or   Epoch(train) [ 12][ 50/1252] */
const BY_EPOCH = /Epoch\(train\)\s*\[\s*\d+\]\[\s*\d+\/\s*(\d+)\]/
/** Iter(train) [  100/20000] */
const BY_ITER = /Iter\(train\)\s*\[\s*\d+\/\s*(\d+)\]/
const ETA = /\beta: ((?:\d+ days?, )?\d+:\d\d:\d\d)/
const DONE = / - Done in [\d:]+(?: days?)?/
const STOPPED = / - Stopped after /

/** Facts with those of further lines: the newest stand. A line of progress after an end means that it goes on. */
export function withLogLine(facts: LogFacts, line: string): LogFacts {
  const byEpoch = BY_EPOCH.exec(line)
  const byIter = byEpoch === null ? BY_ITER.exec(line) : null
  if (byEpoch !== null || byIter !== null) {
    const { end: _, eta: __, ...before } = facts
    const eta = ETA.exec(line)?.[1]
    return {
      ...before,
      byEpoch: byEpoch !== null,
      ...(byEpoch !== null && { epochLength: Number(byEpoch[1]) }),
      ...(byIter !== null && { maxIters: Number(byIter[1]) }),
      ...(eta !== undefined && { eta }),
    }
  }
  if (DONE.test(line)) return { ...facts, end: 'finished' }
  return STOPPED.test(line) ? { ...facts, end: 'stopped' } : facts
}
