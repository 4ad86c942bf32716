import { TesseraError } from '@tessera/core'

/**
 * Ends training at the first loss or gradient norm that is no number: every later step would be lost anyway.
 * @param iter iterations done before this step
 * @throws TesseraError NOT_FINITE naming the iteration, the value's name and the learning rate
 */
export function checkFinite(outputs: Readonly<Record<string, number>>, iter: number, lr: number | undefined): void {
  const bad = Object.keys(outputs).filter((name) => /loss|grad_norm/.test(name) && !Number.isFinite(outputs[name]))
  // `loss` is the sum: a part of it says more.
  const name = bad.find((one) => one !== 'loss') ?? bad[0]
  if (name === undefined) return
  throw new TesseraError('NOT_FINITE', {
    what: `training cannot go on: iteration ${iter + 1}, learning rate ${lr ?? 'unknown'}`,
    path: name,
    got: outputs[name],
    expected: 'a finite number',
    hint: 'Try a lower learning rate, warm-up, or optim_wrapper.clip_grad; the last checkpoint is untouched.',
  })
}
