import { type ConfigOf, LOOPS } from '@tessera/core'
import * as v from 'valibot'
import { evaluationPass } from './evaluationPass.js'
import type { EvaluationLoop, EvaluationLoopParts } from './loop.js'

const schema = v.strictObject({
  /** Half precision does not exist on this backend: only false is accepted. */
  fp16: v.optional(v.literal(false), false),
})

export interface TestLoopConfig extends ConfigOf<'TestLoop', typeof schema> {}
declare module '@tessera/core' {
  interface LoopTypes {
    TestLoop: TestLoopConfig
  }
}

/** Testing: predicts the whole loader and evaluates (MMEngine's TestLoop). */
@LOOPS.registerModule()
export class TestLoop implements EvaluationLoop {
  static readonly schema = schema
  private readonly parts: EvaluationLoopParts

  constructor(_options: v.InferOutput<typeof schema>, parts: EvaluationLoopParts) {
    this.parts = parts
  }

  async run(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { run, hooks } = this.parts
    await hooks.call('beforeTest', run)
    await hooks.call('beforeTestEpoch', run)
    const metrics = await evaluationPass(this.parts, { before: 'beforeTestIter', after: 'afterTestIter' })
    if (metrics !== undefined) await hooks.call('afterTestEpoch', run, metrics)
    await hooks.call('afterTest', run)
    return metrics
  }
}
