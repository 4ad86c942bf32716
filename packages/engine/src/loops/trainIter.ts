import type { HostBatch } from '@tessera/core'
import type { RunState } from '../run/runState.js'
import { checkFinite } from '../step/checkFinite.js'
import { breathe, type TrainLoopParts } from './loop.js'

/** One iteration of any train loop. @param batchIndex what the hooks are told: within the epoch, or of the run */
export async function trainIter({ run, hooks, step }: TrainLoopParts, batchIndex: number, batch: HostBatch): Promise<void> {
  const { progress } = run
  await hooks.call('beforeTrainIter', run, batchIndex, batch)
  progress.settled = false
  const outputs = await run.spans.measure('step', 'step', () => step.train(batch, progress.iter))
  checkFinite(outputs, progress.iter, firstRate(run))
  progress.settled = true
  try {
    await hooks.call('afterTrainIter', run, batchIndex, batch, outputs)
  } finally {
    // The weights have moved, whatever a hook makes of it: what is saved after an error has to say so.
    progress.iter++
    progress.batch++
  }
  await breathe()
}

/** Of the first group; with several optimizers, of the first one's. */
function firstRate(run: RunState): number | undefined {
  const rates = run.training.optimWrapper?.getLr() ?? {}
  const [first] = Object.entries(rates).find(([name]) => /(^|\.)lr$/.test(name))?.[1] ?? []
  return first
}
