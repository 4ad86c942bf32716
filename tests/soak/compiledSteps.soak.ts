import { expect, test } from '@jest/globals'
import '@tessera/configs'
import { RunContainer } from '@tessera/core'
import { Linear } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { CompiledFunction, RandomStream, tf, useBackend } from '@tessera/runtime'

test('10,000 compiled steps, of two batch shapes, with their state read now and then: tensors and resident memory stay as they are', async () => {
  await useBackend('auto')
  const model = new Linear(64, 64)
  model.initWeights(new RandomStream(1))
  const wrapper = buildOptimWrapper(model, { optimizer: { type: 'AdamW', lr: 1e-4 }, accumulative_counts: 2 }, new RunContainer())
  const compiled = await CompiledFunction.create(({ x }) => {
    tf.dispose(wrapper.updateParams(() => tf.mean(tf.square(model.call(x as tf.Tensor)))))
    return { outputs: [tf.sum(model.weight.variable)], meta: undefined }
  })
  // Elsewhere there is nothing to leak.
  if (compiled === undefined) return
  const seen: { tensors: number; mebibytes: number }[] = []
  for (let step = 0; step < 10_000; step++) {
    const x = tf.fill([step % 10 === 9 ? 8 : 16, 64], step % 7)
    tf.dispose([...compiled.run({ x }).outputs])
    x.dispose()
    if (step % 500 === 499) model.weight.values()
    if (step % 1000 === 999) seen.push({ tensors: tf.memory().numTensors, mebibytes: process.memoryUsage().rss / 2 ** 20 })
  }
  expect(new Set(seen.map(({ tensors }) => tensors)).size).toBe(1)
  // The first thousands fill the heap of JavaScript; from then on nothing grows.
  const grown = (seen.at(-1)?.mebibytes ?? 0) - (seen[2]?.mebibytes ?? 0)
  process.stdout.write(`resident: ${seen.map(({ mebibytes }) => mebibytes.toFixed(0)).join(' ')} MiB\n`)
  expect(grown).toBeLessThan(20)
  compiled.dispose()
  wrapper.dispose()
  model.dispose()
})
