import { type ConfigOf, HOOKS, type HostBatch, inject, LOGGER, type Logger } from '@tessera/core'
import { Hook, type RunState, type TrainOutputs } from '@tessera/engine'
import * as v from 'valibot'

const schema = v.strictObject({
  /** A loss above this is worth a line in the log. */
  limit: v.optional(v.pipe(v.number(), v.minValue(0)), 10),
})

interface LossWatchHookConfig extends ConfigOf<'LossWatchHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    LossWatchHook: LossWatchHookConfig
  }
}

/** Says in the run's log when a loss is suspiciously high. The logger is the run's own, asked for by token. */
@HOOKS.registerModule()
export class LossWatchHook extends Hook {
  static readonly schema = schema

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    @inject(LOGGER) private readonly logger: Logger,
  ) {
    super()
  }

  override afterTrainIter(run: RunState, _batchIndex: number, _batch: HostBatch, outputs: TrainOutputs): void {
    const loss = outputs['loss'] ?? 0
    if (loss > this.options.limit)
      this.logger.warning(`iteration ${run.progress.iter}: the loss is ${loss.toFixed(3)}, above ${this.options.limit}`)
  }
}
