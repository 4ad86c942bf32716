import type { DataSample, HostBatch } from '@tessera/core'
import { MultiBar, type SingleBar } from 'cli-progress'
import { Hook, type TrainOutputs } from '../hooks/hook.js'
import type { RunState } from '../run/runState.js'
import { durationText } from './numberText.js'

const REDRAW_MS = 100

/** A bar at the bottom of a terminal while training runs: loss, time left, iterations a second. Added by createRun where a person watches. */
export class ProgressBarHook extends Hook {
  override readonly priority = 'LOWEST'
  private bars: MultiBar | undefined
  private bar: SingleBar | undefined
  private drawnAt = 0
  private loss = Number.NaN
  /** A second Ctrl-C leaves in the midst of things, and would leave the terminal without its cursor. */
  private readonly onExit = (): void => this.bars?.stop()

  override beforeTrain(run: RunState): void {
    const { maxIters, iter } = run.progress
    this.bars = new MultiBar({
      format: '{position} |{bar}| {percentage}%  loss {loss}  {rate} it/s  eta {remaining}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: Math.max(10, Math.min(40, run.console.columns - 60)),
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
      autopadding: false,
    })
    this.bar = this.bars.create(maxIters, iter, this.payload(run))
    process.once('exit', this.onExit)
    const bars = this.bars
    run.logger.printThrough((line) => {
      bars.log(`${line}\n`)
      bars.update()
    })
  }

  override afterTrainIter(run: RunState, _batchIndex: number, _batch: HostBatch, outputs: TrainOutputs): void {
    this.loss = outputs['loss'] ?? Number.NaN
    const now = performance.now()
    // The step never returns to the event loop for long, so the bar's own timer cannot be relied on.
    if (now - this.drawnAt < REDRAW_MS && run.progress.iter + 1 < run.progress.maxIters) return
    this.drawnAt = now
    this.bar?.update(run.progress.iter + 1, this.payload(run))
    this.bars?.update()
  }

  override afterValIter(run: RunState, batchIndex: number, _batch: HostBatch, _outputs: readonly DataSample[]): void {
    const now = performance.now()
    if (now - this.drawnAt < REDRAW_MS) return
    this.drawnAt = now
    this.bar?.update(run.progress.iter, { ...this.payload(run), position: `val ${batchIndex + 1}/${run.loaders.val?.length ?? 0}` })
    this.bars?.update()
  }

  override afterTrain(run: RunState): void {
    this.close(run)
  }

  /** Also for a run that failed: leaves the terminal as it was. */
  close(run: RunState): void {
    run.logger.printThrough(undefined)
    process.off('exit', this.onExit)
    this.bars?.stop()
    this.bars = undefined
    this.bar = undefined
  }

  private payload(run: RunState): Record<string, string> {
    const { progress, hub } = run
    const eta = hub.getInfo('eta')
    const time = hub.scalars.get('train/time')?.mean(10)
    return {
      position: progress.byEpoch
        ? `epoch ${Math.min(progress.epoch + 1, progress.maxEpochs)}/${progress.maxEpochs}`
        : `iter ${progress.iter + 1}/${progress.maxIters}`,
      loss: Number.isNaN(this.loss) ? '-' : this.loss.toFixed(4),
      rate: time === undefined || time === 0 ? '-' : (1 / time).toFixed(1),
      remaining: typeof eta === 'number' ? durationText(eta) : '-',
    }
  }
}
