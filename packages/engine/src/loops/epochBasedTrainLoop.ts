import { type ConfigOf, LOOPS } from '@tessera/core'
import * as v from 'valibot'
import type { TrainLoop, TrainLoopParts } from './loop.js'
import { trainIter } from './trainIter.js'
import { isValidated } from './validationInterval.js'
import { count, validateIfDue, validationEntries } from './validationOptions.js'

const schema = v.strictObject({
  max_epochs: count,
  ...validationEntries,
})

export interface EpochBasedTrainLoopConfig extends ConfigOf<'EpochBasedTrainLoop', typeof schema> {}
declare module '@tessera/core' {
  interface LoopTypes {
    EpochBasedTrainLoop: EpochBasedTrainLoopConfig
  }
}

/** Trains epoch by epoch (MMEngine's EpochBasedTrainLoop). This file is the order of events of training. */
@LOOPS.registerModule()
export class EpochBasedTrainLoop implements TrainLoop {
  static readonly schema = schema
  private readonly options: v.InferOutput<typeof schema>
  private readonly parts: TrainLoopParts

  constructor(options: v.InferOutput<typeof schema>, parts: TrainLoopParts) {
    this.options = options
    this.parts = parts
    const { progress } = parts.run
    progress.byEpoch = true
    progress.epochLength = parts.loader.length
    progress.maxEpochs = options.max_epochs
    progress.maxIters = options.max_epochs * parts.loader.length
  }

  async run(): Promise<void> {
    const { run, hooks, validation } = this.parts
    const { progress } = run
    if (progress.iter === 0 && this.options.sanity_val_steps > 0) await validation?.sanityCheck?.(this.options.sanity_val_steps)
    await hooks.call('beforeTrain', run)
    // A run that was stopped after an epoch and before its validation owes it.
    if (progress.batch === 0 && !isValidated(run)) await this.validateIfDue()
    while (progress.epoch < progress.maxEpochs && !progress.stop && !progress.interrupted) {
      await this.runEpoch()
      if (!progress.interrupted) await this.validateIfDue()
    }
    await hooks.call('afterTrain', run)
  }

  private async runEpoch(): Promise<void> {
    const { run, hooks, loader } = this.parts
    const { progress } = run
    await hooks.call('beforeTrainEpoch', run)
    run.model.train()
    // A resumed epoch goes on with the batch after the last one that was done.
    for await (const batch of loader.batches(progress.epoch, progress.batch)) {
      await trainIter(this.parts, progress.batch, batch)
      if (progress.interrupted && progress.batch < loader.length) return
    }
    try {
      await hooks.call('afterTrainEpoch', run)
    } finally {
      progress.epoch++
      progress.batch = 0
    }
  }

  private validateIfDue(): Promise<void> {
    const { run, validation } = this.parts
    return validateIfDue(validation, this.options, run.progress.epoch, run.progress.maxEpochs)
  }
}
