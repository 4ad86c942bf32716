import { type ConfigOf, LOOPS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import type { TrainLoop, TrainLoopParts } from './loop.js'
import { trainIter } from './trainIter.js'
import { isValidated } from './validationInterval.js'
import { count, validateIfDue, validationEntries } from './validationOptions.js'

const schema = v.strictObject({
  max_iters: count,
  ...validationEntries,
  val_interval: v.optional(count, 1000),
})

export interface IterBasedTrainLoopConfig extends ConfigOf<'IterBasedTrainLoop', typeof schema> {}
declare module '@tessera/core' {
  interface LoopTypes {
    IterBasedTrainLoop: IterBasedTrainLoopConfig
  }
}

/** Trains for a number of iterations, which for the hooks are one long epoch (MMEngine's IterBasedTrainLoop). */
@LOOPS.registerModule()
export class IterBasedTrainLoop implements TrainLoop {
  static readonly schema = schema
  private readonly options: v.InferOutput<typeof schema>
  private readonly parts: TrainLoopParts

  constructor(options: v.InferOutput<typeof schema>, parts: TrainLoopParts) {
    this.options = options
    this.parts = parts
    const { progress } = parts.run
    progress.byEpoch = false
    progress.epochLength = parts.loader.length
    progress.maxEpochs = 1
    progress.maxIters = options.max_iters
  }

  async run(): Promise<void> {
    const { run, hooks, validation } = this.parts
    const { progress } = run
    if (progress.iter === 0 && this.options.sanity_val_steps > 0) await validation?.sanityCheck?.(this.options.sanity_val_steps)
    await hooks.call('beforeTrain', run)
    await hooks.call('beforeTrainEpoch', run)
    // A run that was stopped after an iteration and before its validation owes it.
    if (!isValidated(run)) await this.validateIfDue()
    while (this.goesOn()) await this.runPass()
    if (!progress.interrupted) await hooks.call('afterTrainEpoch', run)
    await hooks.call('afterTrain', run)
  }

  private goesOn(): boolean {
    const { iter, maxIters, stop, interrupted } = this.parts.run.progress
    return iter < maxIters && !stop && !interrupted
  }

  /** Once through the loader, or what is left of it when the run was resumed. */
  private async runPass(): Promise<void> {
    const { run, loader } = this.parts
    const { progress } = run
    if (loader.length === 0)
      throw new TesseraError('DATA_INVALID', {
        what: 'the train loader yields no batch',
        path: 'train_dataloader',
        hint: 'The data set is empty, or drop_last drops its only batch.',
      })
    for await (const batch of loader.batches(progress.epoch, progress.batch)) {
      run.model.train()
      await trainIter(this.parts, progress.iter, batch)
      if (!progress.interrupted) await this.validateIfDue()
      if (!this.goesOn()) return
      if (progress.batch === loader.length) break
    }
    progress.epoch++
    progress.batch = 0
    loader.sampler.setEpoch(progress.epoch)
  }

  private validateIfDue(): Promise<void> {
    const { run, validation } = this.parts
    return validateIfDue(validation, this.options, run.progress.iter, run.progress.maxIters)
  }
}
