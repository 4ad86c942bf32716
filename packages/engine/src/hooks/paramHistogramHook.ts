import { type ConfigOf, HOOKS } from '@tessera/core'
import { stateDictOf } from '@tessera/nn'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { everyNEpochs, everyNTrainIters } from './every.js'
import { matcher } from './freezeHook.js'
import { Hook } from './hook.js'

const schema = v.strictObject({
  /** Epochs (iterations) from one look at the weights to the next. */
  interval: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
  /** Whether the interval counts epochs or iterations. */
  by_epoch: v.optional(v.boolean(), true),
  /** Dotted names of parameters and buffers; `*` stands for one part of a name, `**` for any number of them. */
  patterns: v.optional(v.union([v.string(), v.array(v.string())]), '**'),
})

export interface ParamHistogramHookConfig extends ConfigOf<'ParamHistogramHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    ParamHistogramHook: ParamHistogramHookConfig
  }
}

/** Shows how the weights are distributed, over the run, where a visualization backend keeps histograms (TensorBoard). */
@HOOKS.registerModule()
export class ParamHistogramHook extends Hook {
  static readonly schema = schema
  override readonly priority = 'LOW'
  private readonly matchers: readonly ((name: string) => boolean)[]

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
    this.matchers = [options.patterns].flat().map(matcher)
  }

  override beforeTrain(run: RunState): void {
    if (!run.visualizer.keepsHistograms)
      run.logger.warning('ParamHistogramHook does nothing: no visualization backend keeps histograms. TensorboardVisBackend does.')
  }

  override async afterTrainEpoch(run: RunState): Promise<void> {
    const { by_epoch, interval } = this.options
    if (by_epoch && run.progress.byEpoch && everyNEpochs(run.progress, interval)) await this.show(run, run.progress.epoch + 1)
  }

  override async afterTrainIter(run: RunState): Promise<void> {
    const { by_epoch, interval } = this.options
    if (!by_epoch && everyNTrainIters(run.progress, interval)) await this.show(run, run.progress.iter + 1)
  }

  private async show(run: RunState, step: number): Promise<void> {
    if (!run.visualizer.keepsHistograms) return
    for (const [name, { data }] of stateDictOf(run.model))
      if (this.matchers.some((matches) => matches(name))) await run.visualizer.addHistogram(name, data, step)
  }
}
