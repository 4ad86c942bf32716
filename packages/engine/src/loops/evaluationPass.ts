import { breathe, type EvaluationLoopParts } from './loop.js'

/** One pass over the loader: predictions of every batch go to the evaluator. Undefined when it was interrupted. */
export async function evaluationPass(
  parts: EvaluationLoopParts,
  stages: { before: 'beforeValIter' | 'beforeTestIter'; after: 'afterValIter' | 'afterTestIter' },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { run, hooks, loader, step, evaluator } = parts
  evaluator.setDatasetMeta(loader.dataset.metainfo)
  run.model.eval()
  let index = 0
  for await (const batch of loader.batches(0)) {
    if (run.progress.interrupted) {
      evaluator.reset()
      return undefined
    }
    await hooks.call(stages.before, run, index, batch)
    const outputs = await step.predict(batch)
    evaluator.process(outputs)
    await hooks.call(stages.after, run, index, batch, outputs)
    index++
    await breathe()
  }
  return evaluator.evaluate(loader.dataset.length)
}
