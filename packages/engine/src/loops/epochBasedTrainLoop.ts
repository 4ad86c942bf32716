import { type ConfigOf, type HostBatch, LOOPS } from '@tessera/core'
import * as v from 'valibot'
import { checkFinite } from '../step/checkFinite.js'
import { breathe, type TrainLoop, type TrainLoopParts } from './loop.js'
import { currentInterval, shouldValidate } from './validationInterval.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  max_epochs: count,
  /** First epoch after which to validate. */
  val_begin: v.optional(count, 1),
  /** Epochs between two validations; after the last one there always is one. */
  val_interval: v.optional(count, 1),
  dynamic_intervals: v.optional(v.nullable(v.array(v.tuple([v.number(), count])))),
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
    await hooks.call('beforeTrain', run)
    while (progress.epoch < progress.maxEpochs && !progress.stop && !progress.interrupted) {
      await this.runEpoch()
      if (progress.interrupted) break
      const interval = currentInterval(progress.epoch, this.options.val_interval, this.options.dynamic_intervals ?? [])
      if (validation !== undefined && shouldValidate(progress.epoch, progress.maxEpochs, this.options.val_begin, interval))
        await validation.run()
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
      await this.runIter(batch)
      if (progress.interrupted && progress.batch < loader.length) return
    }
    await hooks.call('afterTrainEpoch', run)
    progress.epoch++
    progress.batch = 0
  }

  private async runIter(batch: HostBatch): Promise<void> {
    const { run, hooks, step } = this.parts
    const { progress } = run
    await hooks.call('beforeTrainIter', run, progress.batch, batch)
    const outputs = await step.train(batch, progress.iter)
    checkFinite(outputs, progress.iter, run.training.optimWrapper?.getLr()['lr']?.[0])
    await hooks.call('afterTrainIter', run, progress.batch, batch, outputs)
    progress.iter++
    progress.batch++
    await breathe()
  }
}
