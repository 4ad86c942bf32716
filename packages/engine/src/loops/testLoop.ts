import { type ConfigOf, LOOPS } from '@tessera/core'
import * as v from 'valibot'
import { evaluationPass } from './evaluationPass.js'
import type { EvaluationLoop, EvaluationLoopParts } from './loop.js'

const schema = v.strictObject({
  /** Half precision does not exist on this backend: only false is accepted. */
  fp16: v.optional(v.literal(false), false),
  /** Also the mean loss over each set, as `test_loss`; costs a second forward. */
  test_loss: v.optional(v.boolean(), false),
})

export interface TestLoopConfig extends ConfigOf<'TestLoop', typeof schema> {}
declare module '@tessera/core' {
  interface LoopTypes {
    TestLoop: TestLoopConfig
  }
}

/** Testing: predicts every loader and evaluates (MMEngine's TestLoop, for several sets). */
@LOOPS.registerModule()
export class TestLoop implements EvaluationLoop {
  static readonly schema = schema

  constructor(
    private readonly options: v.InferOutput<typeof schema>,
    private readonly parts: EvaluationLoopParts,
  ) {}

  async run(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { run, hooks } = this.parts
    await hooks.call('beforeTest', run)
    await hooks.call('beforeTestEpoch', run)
    const metrics = await evaluationPass(this.parts, {
      stages: { before: 'beforeTestIter', after: 'afterTestIter' },
      lossName: this.options.test_loss ? 'test_loss' : undefined,
    })
    if (metrics !== undefined) await hooks.call('afterTestEpoch', run, metrics)
    await hooks.call('afterTest', run)
    return metrics
  }
}
