import type { Progress } from '../run/runState.js'

/** Whether `done` is a multiple of `n` counted from `start`; never for n ≤ 0. */
function every(done: number, n: number, start: number): boolean {
  return n > 0 && done >= start && (done - start) % n === 0
}

/** For use in `afterTrainEpoch`, where the epoch just run is not counted yet. */
export function everyNEpochs(progress: Progress, n: number, start = 0): boolean {
  return every(progress.epoch + 1, n, start)
}

/** For use in an `after…Iter`: batches within the loader. */
export function everyNInnerIters(batchIndex: number, n: number): boolean {
  return every(batchIndex + 1, n, 0)
}

/** For use in `afterTrainIter`, where the iteration just run is not counted yet. */
export function everyNTrainIters(progress: Progress, n: number, start = 0): boolean {
  return every(progress.iter + 1, n, start)
}

export function isLastTrainEpoch(progress: Progress): boolean {
  return progress.epoch + 1 === progress.maxEpochs
}

export function isLastTrainIter(progress: Progress): boolean {
  return progress.iter + 1 === progress.maxIters
}
