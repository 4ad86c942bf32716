import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MESSAGE_HUB, MODELS, RunContainer, TesseraError } from '@tessera/core'
import { BaseSelfSupervisor, modelsPlugin } from '@tessera/models'
import { BaseModel, buildModule, type TensorBatch } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { CompiledFunction, tf, useBackend, withStepRandom } from '@tessera/runtime'
import { setFormulaWeights } from '../packages/models/src/testing/formulaWeights.js'

/** Small models of every self-supervised algorithm; packages/models holds them against MMPreTrain's numbers. */
interface Case {
  readonly model: { readonly type: string; readonly neck?: { readonly type: string } }
  readonly inputs: readonly (readonly [number, number, number, number])[]
  readonly mask?: readonly [number, number, number]
}

const DATA = join(import.meta.dirname, '../packages/models/test-data/reference.selfsup.json.gz')
const cases = JSON.parse(gunzipSync(readFileSync(DATA)).toString('utf8')) as Case[]

beforeAll(async () => {
  await useBackend()
})

test('every registered algorithm is in the data', () => {
  const registered = modelsPlugin.filter((module) => module.prototype instanceof BaseSelfSupervisor).map(({ name }) => name)
  expect(registered.filter((name) => !cases.some(({ model }) => model.type === name))).toEqual([])
})

describe.each(cases.map((one) => [`${one.model.type} ${one.model.neck?.type ?? ''}`, one] as const))('%s', (_, one) => {
  function start() {
    const container = new RunContainer()
    container.bind(MESSAGE_HUB, { updateScalar() {}, updateInfo() {}, getInfo: (key) => (key === 'max_iters' ? 10 : undefined) })
    const model = buildModule(container, MODELS, one.model, BaseModel)
    setFormulaWeights(model)
    model.train()
    const optimWrapper = buildOptimWrapper(model, { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.001, momentum: 0.9 } }, container)
    return { model, optimWrapper }
  }

  function makeBatch(): TensorBatch {
    const views = one.inputs.map(([batch, channels, height, width], seed) => {
      return tf.randomNormal([batch, height, width, channels], 0, 1, 'float32', seed + 5) as tf.Tensor4D
    })
    const masks =
      one.mask === undefined ? {} : { mask: tf.cast(tf.greater(tf.randomNormal([...one.mask], 0, 1, 'float32', 3), 0), 'float32') }
    return { inputs: views[0] as tf.Tensor4D, ...Object.fromEntries(views.slice(1).map((view, i) => [`view_${i + 1}`, view])), ...masks }
  }

  test('three steps are the same compiled and op by op, and leak nothing', async () => {
    const losses: number[][] = []
    for (const how of ['op by op', 'compiled']) {
      const { model, optimWrapper } = start()
      const compiled =
        how === 'compiled'
          ? await CompiledFunction.create(({ step, ...rest }) => {
              const logs = withStepRandom({ seed: 0, step: step as tf.Scalar }, () => model.trainStep(rest as TensorBatch, optimWrapper))
              return { outputs: Object.values(logs), meta: Object.keys(logs) }
            })
          : undefined
      const run = (step: number) => {
        const logs: readonly tf.Tensor[] = tf.tidy(() => {
          const made = makeBatch()
          if (compiled !== undefined) return [...compiled.run({ ...made, step: tf.scalar(step, 'int32') }).outputs]
          return Object.values(withStepRandom({ seed: 0, step }, () => model.trainStep(made, optimWrapper)))
        })
        // The first is the total.
        const value = logs[0]?.dataSync()[0] ?? Number.NaN
        tf.dispose([...logs])
        return value
      }
      const first = [run(0), run(1)]
      const before = tf.memory().numTensors
      losses.push([...first, run(2)])
      expect(tf.memory().numTensors).toBe(before)
      compiled?.dispose()
      optimWrapper.dispose()
      model.dispose()
    }
    const [eager = [], compiled = []] = losses
    expect(eager.every(Number.isFinite)).toBe(true)
    for (const [step, loss] of eager.entries())
      expect(Math.abs((compiled[step] ?? Number.NaN) - loss)).toBeLessThan(1e-4 * Math.max(Math.abs(loss), 0.1))
  })

  test('an option that it does not have is refused by name', () => {
    const build = () => new RunContainer().build(MODELS, { ...one.model, target_generater: {} })
    expect(build).toThrow(TesseraError)
    expect(build).toThrow(/target_generater/)
  })
})
