import { beforeAll, describe, expect, test } from '@jest/globals'
import { LOGGER, type Logger, RunContainer, SILENT_LOGGER, TesseraError } from '@tessera/core'
import { buildOptimWrapper, LayerNorm, Linear, Sequential } from '@tessera/nn'
import { CompiledFunction, RandomStream, type RecordingFacts, tf, useBackend } from '@tessera/runtime'
import '../plugin.js'

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

/** Twenty steps of a small perceptron. */
async function train(wrapperConfig: object, compile: boolean) {
  const warnings: string[] = []
  const container = new RunContainer()
  container.bind(LOGGER, { ...SILENT_LOGGER, warning: (message: string) => warnings.push(message) } as Logger)
  const model = new Sequential([new Linear(16, 32), new LayerNorm({}, 32), new Linear(32, 1)])
  model.initWeights(new RandomStream(1))
  const wrapper = buildOptimWrapper(
    model,
    { optimizer: { type: 'SGD', lr: 0.005 }, clip_grad: { max_norm: 10 }, ...wrapperConfig },
    container,
  )
  const x = tf.randomNormal([64, 16], 0, 1, 'float32', 1)
  const y = tf.sum(x, 1, true)
  const recorded: RecordingFacts[] = []
  const step = (inputs: Readonly<Record<string, tf.Tensor>>): tf.Tensor => {
    let loss: tf.Tensor | undefined
    const logs = wrapper.updateParams(() => {
      const error = tf.sub(model.call(inputs['x'] as tf.Tensor), inputs['y'] as tf.Tensor)
      const value = tf.mean<tf.Scalar>(tf.square(error))
      loss = tf.keep(tf.clone(value))
      return value
    })
    tf.dispose(logs)
    if (loss === undefined) throw new Error('no loss')
    return loss
  }
  const compiled = compile
    ? await CompiledFunction.create((inputs) => ({ outputs: [step(inputs)], meta: undefined }), {
        recorded: (facts) => recorded.push(facts),
      })
    : undefined
  const losses = Array.from({ length: 20 }, () => {
    const loss = compiled?.run({ x, y }).outputs[0] ?? step({ x, y })
    const value = loss.dataSync()[0] ?? Number.NaN
    loss.dispose()
    return value
  })
  wrapper.dispose()
  model.dispose()
  compiled?.dispose()
  tf.dispose([x, y])
  return { losses, warnings, nodes: recorded[0]?.graph.nodes ?? [] }
}

describe('AmpOptimWrapper', () => {
  test('computes matrix products in bfloat16, everything else in float32; the losses stay near', async () => {
    const plain = await train({}, true)
    const amp = await train({ type: 'AmpOptimWrapper', loss_scale: 'dynamic' }, true)
    const inBfloat16 = amp.nodes.filter(({ attributes: { T } }) => T !== undefined && 'type' in T && T.type === 14)
    // A bias is added to its product before that is cast back, as PyTorch does.
    expect(new Set(inBfloat16.map(({ op }) => op.replace(/^BatchMatMulV2$/, 'MatMul')))).toEqual(
      new Set(native ? ['MatMul', 'BiasAdd'] : []),
    )
    const products = (nodes: readonly { op: string }[]) => nodes.filter(({ op }) => op.includes('MatMul')).length
    expect(products(plain.nodes)).toBe(products(inBfloat16))
    const far = amp.losses.map((loss, step) => Math.abs(loss / (plain.losses[step] ?? 0) - 1))
    expect(Math.max(...far)).toBeLessThan(2e-2)
    if (native) expect(Math.max(...far)).toBeGreaterThan(1e-6)
    expect(amp.warnings.length).toBe(native ? 0 : 1)
  })

  test('op by op it trains in float32, and says so once', async () => {
    const plain = await train({}, false)
    const amp = await train({ type: 'AmpOptimWrapper' }, false)
    expect(amp.losses).toEqual(plain.losses)
    expect(amp.warnings).toEqual([expect.stringMatching(/^Trains in float32: bfloat16 exists in compiled steps alone/)])
    expect((await train({ type: 'AmpOptimWrapper', dtype: 'float32' }, false)).warnings).toEqual([])
  })

  test.each([
    ['float16', /optim_wrapper\.dtype: float16 needs a GPU; got 'float16', expected 'bfloat16'\. On a CPU use/],
    ['float64', /no such precision for mixed training/],
  ])('%s is an error that says what to use', async (dtype, message) => {
    const error: unknown = await train({ type: 'AmpOptimWrapper', dtype }, false).catch((thrown: unknown) => thrown)
    expect(error instanceof TesseraError && error.code).toBe('UNSUPPORTED')
    expect(String(error)).toMatch(message)
  })
})
