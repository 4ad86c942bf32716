import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, RunContainer, TesseraError } from '@tessera/core'
import { BaseBackbone, modelsPlugin } from '@tessera/models'
import { BaseModel, buildModule, loadStateDict, stateDictOf, type TensorBatch } from '@tessera/nn'
import { buildOptimWrapper } from '@tessera/optim'
import { CompiledFunction, tf, useBackend, withStepRandom } from '@tessera/runtime'
import { setFormulaWeights } from '../packages/models/src/testing/formulaWeights.js'

/** Small models of every backbone, and the shapes that the real MMPreTrain's outputs have (NCHW). */
interface Case {
  readonly model: { readonly type: string; readonly [option: string]: unknown }
  readonly input: readonly [number, number, number, number]
  readonly eval: readonly { readonly shape: readonly number[] }[]
}

const DATA = join(import.meta.dirname, '../packages/models/test-data/reference.tiny.json.gz')
const cases = JSON.parse(gunzipSync(readFileSync(DATA)).toString('utf8')) as Case[]

/** One case for each backbone that a classifier can be made of: outputs [batch, channels] or maps. */
const smallest = new Map<string, Case>()
for (const one of cases) {
  const rank = one.eval.at(-1)?.shape.length ?? 0
  if (rank !== 3 && !smallest.has(one.model.type)) smallest.set(one.model.type, one)
}

beforeAll(async () => {
  await useBackend()
})

test('every registered backbone is in the data', () => {
  const registered = modelsPlugin.filter((module) => module.prototype instanceof BaseBackbone)
  const types = new Set(cases.map(({ model }) => model.type))
  expect(registered.map(({ name }) => (name === 'ResNetCifar' ? 'ResNet_CIFAR' : name)).filter((name) => !types.has(name))).toEqual([])
})

function classifierOf({ model, eval: outputs }: Case): object {
  const shape = outputs.at(-1)?.shape ?? []
  const channels = shape[1] ?? 0
  const isDistilled = model.type === 'DistilledVisionTransformer'
  const head = { type: isDistilled ? 'DeiTClsHead' : 'LinearClsHead', num_classes: 3, in_channels: channels }
  const neck = shape.length === 4 ? { neck: { type: 'GlobalAveragePooling' } } : {}
  return { type: 'ImageClassifier', backbone: model, head, ...neck }
}

describe.each([...smallest])('%s', (_, one) => {
  const container = new RunContainer()
  const [batch, channels, height, width] = one.input

  function start() {
    const model = buildModule(container, MODELS, classifierOf(one), BaseModel)
    setFormulaWeights(model)
    model.train()
    // At 0.01 MobileNetV2 of this size leaves the range where rounding stays small: TensorFlow's own kernels, with oneDNN and without, part by 6 %.
    const optimWrapper = buildOptimWrapper(model, { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.001, momentum: 0.9 } }, container)
    return { model, optimWrapper }
  }

  const makeBatch = (): TensorBatch => ({
    inputs: tf.randomNormal([batch, height, width, channels], 0, 1, 'float32', 5) as tf.Tensor4D,
    gt_label: tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % 3),
      'int32',
    ),
  })

  test('two steps are the same compiled and op by op, and leak nothing', async () => {
    const losses: number[][] = []
    for (const how of ['op by op', 'compiled']) {
      const { model, optimWrapper } = start()
      const compiled =
        how === 'compiled'
          ? await CompiledFunction.create(({ step, ...rest }) => {
              const logs = withStepRandom({ seed: 0, step: step as tf.Scalar }, () => model.trainStep(rest as TensorBatch, optimWrapper))
              return { outputs: [logs['loss'] as tf.Tensor], meta: ['loss'] }
            })
          : undefined
      const run = (step: number) => {
        const loss = tf.tidy(() => {
          const made = makeBatch()
          if (compiled !== undefined) return compiled.run({ ...made, step: tf.scalar(step, 'int32') }).outputs[0] as tf.Tensor
          return withStepRandom({ seed: 0, step }, () => model.trainStep(made, optimWrapper))['loss'] as tf.Tensor
        })
        const value = loss.dataSync()[0] ?? Number.NaN
        loss.dispose()
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
    for (const [step, loss] of eager.entries()) expect(Math.abs((compiled[step] ?? Number.NaN) / loss - 1)).toBeLessThan(1e-4)
  })

  test('survives save and load', async () => {
    const { model, optimWrapper } = start()
    const other = buildModule(container, MODELS, classifierOf(one), BaseModel)
    loadStateDict(other, stateDictOf(model))
    const made = makeBatch()
    const [a, b] = [model, other].map((each) => tf.tidy(() => each.eval().testStep(made)['pred_score'] as tf.Tensor)) as [
      tf.Tensor,
      tf.Tensor,
    ]
    expect(Array.from(await b.data())).toEqual(Array.from(await a.data()))
    expect(a.shape).toEqual([batch, 3])
    tf.dispose([a, b, made])
    optimWrapper.dispose()
    for (const each of [model, other]) each.dispose()
  })

  test('an option that it does not have is refused by name', () => {
    const build = () => container.build(MODELS, { ...one.model, drop_pth_rate: 0.1 })
    expect(build).toThrow(TesseraError)
    expect(build).toThrow(/drop_pth_rate/)
  })
})
