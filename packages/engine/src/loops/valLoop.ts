import { type ConfigOf, LOOPS } from '@tessera/core'
import * as v from 'valibot'
import { evaluationPass } from './evaluationPass.js'
import type { EvaluationLoop, EvaluationLoopParts } from './loop.js'

const schema = v.strictObject({
  /** Half precision does not exist on this backend: only false is accepted. */
  fp16: v.optional(v.literal(false), false),
})

export interface ValLoopConfig extends ConfigOf<'ValLoop', typeof schema> {}
declare module '@tessera/core' {
  interface LoopTypes {
    ValLoop: ValLoopConfig
  }
}

/** Validation: predicts the whole loader and evaluates (MMEngine's ValLoop). */
@LOOPS.registerModule()
export class ValLoop implements EvaluationLoop {
  static readonly schema = schema
  private readonly parts: EvaluationLoopParts

  constructor(_options: v.InferOutput<typeof schema>, parts: EvaluationLoopParts) {
    this.parts = parts
  }

  async run(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { run, hooks } = this.parts
    await hooks.call('beforeVal', run)
    await hooks.call('beforeValEpoch', run)
    const metrics = await evaluationPass(this.parts, { before: 'beforeValIter', after: 'afterValIter' })
    if (metrics !== undefined) await hooks.call('afterValEpoch', run, metrics)
    await hooks.call('afterVal', run)
    return metrics
  }
}
