import { type ConfigOf, type HostBatch, LOOPS, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { checkFinite } from '../step/checkFinite.js'
import { breathe, type TrainLoop, type TrainLoopParts } from './loop.js'
import { currentInterval, shouldValidate } from './validationInterval.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))

const schema = v.strictObject({
  max_iters: count,
  val_begin: v.optional(count, 1),
  val_interval: v.optional(count, 1000),
  dynamic_intervals: v.optional(v.nullable(v.array(v.tuple([v.number(), count])))),
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
    const { run, hooks } = this.parts
    const { progress } = run
    await hooks.call('beforeTrain', run)
    await hooks.call('beforeTrainEpoch', run)
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
      await this.runIter(batch)
      if (!this.goesOn()) return
      if (progress.batch === loader.length) break
    }
    progress.epoch++
    progress.batch = 0
    loader.sampler.setEpoch(progress.epoch)
  }

  private async runIter(batch: HostBatch): Promise<void> {
    const { run, hooks, step, validation } = this.parts
    const { progress } = run
    run.model.train()
    const index = progress.iter
    await hooks.call('beforeTrainIter', run, index, batch)
    const outputs = await step.train(batch, index)
    checkFinite(outputs, index, run.training.optimWrapper?.getLr()['lr']?.[0])
    await hooks.call('afterTrainIter', run, index, batch, outputs)
    progress.iter++
    progress.batch++
    await breathe()
    if (progress.interrupted) return
    const interval = currentInterval(progress.iter, this.options.val_interval, this.options.dynamic_intervals ?? [])
    if (validation !== undefined && shouldValidate(progress.iter, progress.maxIters, this.options.val_begin, interval))
      await validation.run()
  }
}
