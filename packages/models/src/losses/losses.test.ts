import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS, TesseraError } from '@tessera/core'
import { stateDictOf } from '@tessera/nn'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { goldenJson, relativeError } from '../testing/golden.js'
import { testContainer } from '../testing/testContainer.js'
import { BaseLoss } from './baseLoss.js'
import type { LossCallOptions, Reduction } from './reduceLoss.js'

type Rows = number[] | number[][]

interface Call {
  kwargs: { weight?: string; avg_factor?: number; reduction_override?: Reduction }
  loss?: number | number[] | number[][]
  grad?: number[][]
  error?: { type: string; message: string }
}

interface Case {
  cfg: Record<string, unknown>
  score: string
  target: string
  calls: Record<string, Call>
}

const golden = goldenJson<{ data: Record<string, Rows>; cases: Case[] }>('losses.json')

beforeAll(async () => {
  await useBackend('auto')
})

function data(name: string): tf.Tensor {
  const rows = golden.data[name]
  if (rows === undefined) throw new Error(`no golden data ${name}`)
  return name === 'label' ? tf.tensor1d(rows as number[], 'int32') : tf.tensor(rows as number[])
}

function build(cfg: object): BaseLoss {
  const loss = testContainer().build<object>(MODELS, cfg)
  if (!(loss instanceof BaseLoss)) throw new Error('not a loss')
  loss.initWeights(new RandomStream(0))
  return loss
}

function callOptions({ weight, avg_factor, reduction_override }: Call['kwargs']): LossCallOptions {
  return { weight: weight === undefined ? undefined : data(weight), avgFactor: avg_factor, reductionOverride: reduction_override }
}

/** Not called with scores; tested beside their classes. */
const OTHERS = ['PixelReconstructionLoss', 'CosineSimilarityLoss']

const cases = golden.cases.flatMap((one) =>
  OTHERS.includes(String(one.cfg['type']))
    ? []
    : Object.entries(one.calls).map(([how, call]) => ({ name: `${JSON.stringify(one.cfg)} ${one.target} ${how}`, one, call })),
)

describe('every golden call', () => {
  test.each(cases)('$name', async ({ one, call }) => {
    const before = tf.memory().numTensors
    if (call.error !== undefined) {
      let loss: BaseLoss | undefined
      expect(() => {
        loss = build(one.cfg)
        tf.tidy(() => loss?.call(data(one.score), data(one.target), callOptions(call.kwargs)))
      }).toThrow(TesseraError)
      loss?.dispose()
      expect(tf.memory().numTensors).toBe(before)
      return
    }
    const loss = build(one.cfg)
    const run = (score: tf.Tensor) => loss.call(score, data(one.target), callOptions(call.kwargs))
    // One call gives both: a loss may keep count of its calls.
    const [value, gradient] = tf.tidy(() => {
      let kept: tf.Tensor | undefined
      const grad = tf.grad((score: tf.Tensor) => {
        const result = run(score)
        kept = tf.keep(tf.clone(result))
        const flat = tf.reshape(result, [-1])
        return tf.sum(flat.size === 1 ? flat : tf.mul(flat, tf.range(1, flat.size + 1)))
      })(data(one.score))
      return [kept, grad]
    }) as [tf.Tensor, tf.Tensor]
    expect(relativeError(await value.data(), [call.loss ?? Number.NaN].flat(2))).toBeLessThan(1e-5)
    expect(relativeError(await gradient.data(), (call.grad ?? []).flat())).toBeLessThan(1e-4)
    tf.dispose([value, gradient])
    loss.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('there are cases of both kinds', () => {
    expect(cases.filter(({ call }) => call.error === undefined).length).toBeGreaterThan(100)
    expect(cases.filter(({ call }) => call.error !== undefined).length).toBeGreaterThan(20)
  })
})

describe('what the reference does not say', () => {
  test('use_sigmoid and use_soft exclude each other', () => {
    expect(() => build({ type: 'CrossEntropyLoss', use_sigmoid: true, use_soft: true })).toThrow(/exclude each other/)
  })

  test('scores too large for exp give a finite loss and gradient', async () => {
    const sigmoid = build({ type: 'CrossEntropyLoss', use_sigmoid: true })
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((score: tf.Tensor) => sigmoid.call(score, tf.tensor2d([[1, 0]])) as tf.Scalar)(
        tf.tensor2d([[-200, 200]]),
      )
      return [value, grad]
    }) as [tf.Tensor, tf.Tensor]
    expect(Array.from(await value.data())).toEqual([200])
    expect(Array.from(await gradient.data())).toEqual([-0.5, 0.5])
    tf.dispose([value, gradient])
  })

  test('a focus of 0 where a score is certain gives a finite gradient', async () => {
    for (const cfg of [
      { type: 'AsymmetricLoss', gamma_neg: 0 },
      { type: 'FocalLoss', gamma: 0 },
    ]) {
      const loss = build(cfg)
      const gradient = tf.tidy(() =>
        tf.grad((score: tf.Tensor) => loss.call(score, tf.tensor2d([[1, 0]])) as tf.Scalar)(tf.tensor2d([[200, -200]])),
      )
      expect(Array.from(await gradient.data()).every((value) => Math.abs(value) === 0)).toBe(true)
      gradient.dispose()
    }
  })

  test('seesaw counts the samples of each class from batch to batch', async () => {
    const loss = build({ type: 'SeesawLoss', num_classes: 3 })
    for (const labels of [
      [0, 0],
      [0, 2],
    ])
      tf.tidy(() => void loss.call(tf.zeros([2, 3]), tf.tensor1d(labels, 'int32')))
    expect(Array.from(stateDictOf(loss).get('cum_samples')?.data ?? [])).toEqual([3, 0, 1])
    loss.dispose()
  })

  test('soft labels train a loss that is configured for hard ones', async () => {
    const loss = build({ type: 'CrossEntropyLoss' })
    const value = tf.tidy(() => loss.call(tf.tensor2d([[0, 0]]), tf.tensor2d([[0.5, 0.5]])))
    expect((await value.data())[0]).toBeCloseTo(Math.log(2), 6)
    value.dispose()
  })
})
