import type { RunState } from './runState.js'

/**
 * Runs training; when something throws (a hook, an image, the disk), what was trained so far is saved as `iter_N` before the error goes
 * on its way. Not when a step itself failed: its weights are half changed, or no numbers.
 */
export async function rescued(run: RunState, train: () => Promise<void>): Promise<void> {
  const startIter = run.progress.iter
  try {
    await train()
  } catch (error) {
    const { iter, settled } = run.progress
    if (settled && iter > startIter) await saveLast(run)
    throw error
  }
}

async function saveLast(run: RunState): Promise<void> {
  const { iter } = run.progress
  if (run.checkpoints.savedIter === iter) return
  try {
    const saved = await run.checkpoints.save(run, `iter_${iter}`)
    run.logger.error(`Training ends with an error. Saved ${saved}; --resume goes on from there.`)
  } catch (cause) {
    run.logger.error(
      `Training ends with an error, and its state could not be saved: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}
