import { beforeAll, expect, test } from '@jest/globals'
import { MODELS } from '@tessera/core'
import { buildModule } from '@tessera/nn'
import { tf, useBackend } from '@tessera/runtime'
import { goldenJson, relativeError } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { ReconstructionLoss } from './reconstructionLoss.js'

type Values = number[][] | number[][][]

interface Call {
  readonly kwargs: { readonly mask?: string }
  readonly loss: number
  readonly grad: Values
}

interface Golden {
  readonly data: Readonly<Record<string, Values>>
  readonly cases: readonly {
    readonly cfg: object
    readonly score: string
    readonly target: string
    readonly calls: Readonly<Record<string, Call>>
  }[]
}

const golden = goldenJson<Golden>('reconstruction_losses.json')
const cases = golden.cases.flatMap(({ cfg, score, target, calls }) =>
  Object.values(calls).map((call) => [cfg, call.kwargs, { score, target, call }] as const),
)

beforeAll(async () => {
  await useBackend('auto')
})

test.each(cases)('%j %j: loss and gradient are MMPreTrain’s', async (cfg, kwargs, { score, target, call }) => {
  const loss = buildModule(testContainer(), MODELS, cfg, ReconstructionLoss)
  const data = (name: string) => tf.tensor(golden.data[name] ?? [])
  const before = tf.memory().numTensors
  const { value, grad } = tf.tidy(() => {
    const mask = kwargs.mask === undefined ? undefined : data(kwargs.mask)
    return tf.valueAndGrad((pred: tf.Tensor) => loss.call(pred, data(target), mask) as tf.Scalar)(data(score))
  })
  expect(relativeError(await value.data(), [call.loss])).toBeLessThan(1e-5)
  expect(relativeError(await grad.data(), call.grad.flat(2))).toBeLessThan(1e-4)
  tf.dispose([value, grad])
  expect(tf.memory().numTensors).toBe(before)
})

test('there are cases with and without a mask', () => {
  expect(cases.length).toBeGreaterThanOrEqual(4)
})

test('the direction of nothing is nothing, and so is its gradient', async () => {
  const loss = buildModule(testContainer(), MODELS, { type: 'CosineSimilarityLoss' }, ReconstructionLoss)
  const gradient = tf.tidy(() => tf.grad((x: tf.Tensor) => loss.call(x, tf.ones([1, 3])))(tf.zeros([1, 3])))
  expect((await gradient.data()).every(Number.isFinite)).toBe(true)
  gradient.dispose()
})
