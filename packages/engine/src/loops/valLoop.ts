import { type ConfigOf, LOOPS } from '@tessera/core'
import * as v from 'valibot'
import { evaluationPass } from './evaluationPass.js'
import type { EvaluationLoop, EvaluationLoopParts } from './loop.js'

const schema = v.strictObject({
  /** Half precision does not exist on this backend: only false is accepted. */
  fp16: v.optional(v.literal(false), false),
  /** Also the mean loss over each set, as `val_loss`; costs a second forward. */
  val_loss: v.optional(v.boolean(), false),
})

export interface ValLoopConfig extends ConfigOf<'ValLoop', typeof schema> {}
declare module '@tessera/core' {
  interface LoopTypes {
    ValLoop: ValLoopConfig
  }
}

/** Validation: predicts every loader and evaluates (MMEngine's ValLoop, for several sets). */
@LOOPS.registerModule()
export class ValLoop implements EvaluationLoop {
  static readonly schema = schema

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    private readonly parts: EvaluationLoopParts,
  ) {}

  async run(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { run, hooks } = this.parts
    await hooks.call('beforeVal', run)
    await hooks.call('beforeValEpoch', run)
    const metrics = await evaluationPass(this.parts, {
      stages: { before: 'beforeValIter', after: 'afterValIter' },
      lossName: this.options.val_loss ? 'val_loss' : undefined,
    })
    if (metrics !== undefined) await hooks.call('afterValEpoch', run, metrics)
    await hooks.call('afterVal', run)
    return metrics
  }

  async sanityCheck(batches: number): Promise<void> {
    await evaluationPass(this.parts, { limit: batches, lossName: this.options.val_loss ? 'val_loss' : undefined })
  }
}
