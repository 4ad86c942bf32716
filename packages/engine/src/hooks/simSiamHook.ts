import { type ConfigOf, HOOKS } from '@tessera/core'
import * as v from 'valibot'
import type { RunState } from '../run/runState.js'
import { Hook } from './hook.js'

const schema = v.strictObject({
  /** Whether groups that `custom_keys` gave `fix_lr: true` keep their learning rate; false: the hook does nothing. */
  fix_pred_lr: v.boolean(),
  /** That learning rate. */
  lr: v.pipe(v.number(), v.minValue(0)),
  /** Set it once at the beginning of each epoch, or (false) before each iteration, too. */
  adjust_by_epoch: v.optional(v.boolean(), true),
})

export interface SimSiamHookConfig extends ConfigOf<'SimSiamHook', typeof schema> {}
declare module '@tessera/core' {
  interface HookTypes {
    SimSiamHook: SimSiamHookConfig
  }
}

/** Keeps the learning rate of SimSiam's predictor where it is, whatever the schedulers do (Chen & He 2020, arXiv 2011.10566, 4.2). */
@HOOKS.registerModule()
export class SimSiamHook extends Hook {
  static readonly schema = schema

  constructor(private readonly options: v.InferOutput<typeof schema>) {
    super()
  }

  override beforeTrainEpoch(run: RunState): void {
    this.fix(run)
  }

  override beforeTrainIter(run: RunState): void {
    if (!this.options.adjust_by_epoch) this.fix(run)
  }

  private fix({ training: { optimWrapper } }: RunState): void {
    if (!this.options.fix_pred_lr) return
    const wrappers = [...(optimWrapper?.wrappers?.values() ?? [optimWrapper])]
    for (const group of wrappers.flatMap((wrapper) => wrapper?.paramGroups ?? [])) if (group['fix_lr'] === true) group.lr = this.options.lr
  }
}
