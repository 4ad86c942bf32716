import { beforeAll, describe, expect, test } from '@jest/globals'
import '@tessera/configs'
import { MODELS, RunContainer, TesseraError } from '@tessera/core'
import { BaseBackbone, modelsPlugin } from '@tessera/models'
import { BaseModel, buildModule, loadStateDict, stateDictOf } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { setFormulaWeights } from '../packages/models/src/testing/formulaWeights.js'
import { canClassify, classifierOf, smallBatch, smallModels, startTraining, trainer } from './smallModels.js'

/** One for each backbone that a classifier can be made of; tests/soak trains them all, and longer. */
const smallest = new Map(
  smallModels
    .filter(canClassify)
    .toReversed()
    .map((one) => [one.model.type, one]),
)

/** Classes whose `type` is not their name. */
const OTHER_NAMES = new Map([
  ['ResNetCifar', 'ResNet_CIFAR'],
  ['T2TViT', 'T2T_ViT'],
])

beforeAll(async () => {
  await useBackend()
})

test('every registered backbone is in the data', () => {
  const registered = modelsPlugin.filter((module) => module.prototype instanceof BaseBackbone)
  const types = new Set(smallModels.map(({ model }) => model.type))
  expect(registered.map(({ name }) => OTHER_NAMES.get(name) ?? name).filter((name) => !types.has(name))).toEqual([])
})

describe.each([...smallest])('%s', (_, one) => {
  const container = new RunContainer()

  test('two steps are the same compiled and op by op, and leak nothing', async () => {
    const losses: number[][] = []
    for (const how of ['op by op', 'compiled'] as const) {
      const { step, dispose } = await trainer(one, how)
      const first = [step(0), step(1)]
      const before = tf.memory().numTensors
      losses.push([...first, step(2)])
      expect(tf.memory().numTensors).toBe(before)
      dispose()
    }
    const [eager = [], compiled = []] = losses
    expect(eager.every(Number.isFinite)).toBe(true)
    for (const [step, loss] of eager.entries()) expect(Math.abs((compiled[step] ?? Number.NaN) / loss - 1)).toBeLessThan(1e-4)
  })

  test('survives save and load', async () => {
    const { model, optimWrapper } = startTraining(one, container)
    const other = buildModule(container, MODELS, classifierOf(one), BaseModel)
    setFormulaWeights(other)
    // What state dicts do not hold is known to both; the rest has to come from there.
    for (const [, tensor] of other.namedState()) if (tensor.isSaved) tensor.setValues(new Float32Array(tensor.size))
    loadStateDict(other, stateDictOf(model))
    const made = smallBatch(one)
    const [a, b] = [model, other].map((each) => tf.tidy(() => each.eval().testStep(made)['pred_score'] as tf.Tensor)) as [
      tf.Tensor,
      tf.Tensor,
    ]
    expect(Array.from(await b.data())).toEqual(Array.from(await a.data()))
    expect(a.shape).toEqual([one.input[0], 3])
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
