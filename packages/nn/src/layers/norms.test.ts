import { beforeAll, describe, expect, test } from '@jest/globals'
import { MODELS, RunContainer } from '@tessera/core'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import type { Module } from '../module/module.js'
import { stateDictOf } from '../module/stateDict.js'
import { batchNorm } from '../ops/batchNorm.js'
import { nnPlugin } from '../plugin.js'
import { gradientError } from '../testing/finiteDifferences.js'
import { BatchNorm2d } from './batchNorm2d.js'
import { ConvModule } from './convModule.js'
import { GRN } from './grn.js'
import { buildNorm } from './normLayer.js'

beforeAll(async () => {
  await useBackend('auto')
})

const started = <T extends Module>(module: T): T => {
  module.initWeights(new RandomStream(2))
  return module
}
const valuesOf = async (make: () => tf.Tensor): Promise<number[]> => {
  const before = tf.memory().numTensors
  const tensor = tf.tidy(make)
  const values = Array.from(await tensor.data())
  tensor.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return values
}
const close = (got: readonly number[], expected: readonly number[]) => {
  expect(got).toHaveLength(expected.length)
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5)
}
const state = (module: Module) => Object.fromEntries([...stateDictOf(module)].map(([name, { data }]) => [name, Array.from(data)]))

describe('BatchNorm2d', () => {
  const rows = [1, 10, 3, 10, 5, 10, 7, 50]
  const batch = () => tf.tensor4d(rows, [2, 1, 2, 2])

  test('names and order of PyTorch', () => {
    const norm = new BatchNorm2d({}, 3)
    expect([...norm.namedState()].map(([name, { shape }]) => [name, shape])).toEqual([
      ['weight', [3]],
      ['bias', [3]],
      ['running_mean', [3]],
      ['running_var', [3]],
      ['num_batches_tracked', []],
    ])
  })

  test('training normalizes by the batch and moves the statistics, the variance unbiased', async () => {
    const norm = started(new BatchNorm2d({ eps: 0 }, 2))
    // First channel 1, 3, 5, 7: mean 4, variance 5 (biased) and 20/3; second 10, 10, 10, 50: mean 20, variance 300 and 400.
    const by = (x: number, mean: number, variance: number) => (x - mean) / Math.sqrt(variance)
    close(
      await valuesOf(() => norm.call(batch())),
      rows.map((x, i) => (i % 2 === 0 ? by(x, 4, 5) : by(x, 20, 300))),
    )
    const after = state(norm)
    close(after['running_mean'] ?? [], [0.4, 2])
    close(after['running_var'] ?? [], [0.9 + 0.1 * (20 / 3), 0.9 + 40])
    expect(after['num_batches_tracked']).toEqual([1])
    norm.eval()
    const evaluated = await valuesOf(() => norm.call(batch()))
    close(evaluated.slice(0, 2), [by(1, 0.4, 0.9 + 2 / 3), by(10, 2, 40.9)])
    expect(state(norm)).toEqual(after)
    norm.dispose()
  })

  test('without a momentum the statistics are the average of all batches', () => {
    const norm = started(new BatchNorm2d({ momentum: null }, 2))
    for (let i = 0; i < 2; i++) tf.tidy(() => void norm.call(tf.mul(batch(), i + 1)))
    close(state(norm)['running_mean'] ?? [], [6, 30])
    norm.dispose()
  })

  test('evalOnly and freezing keep the statistics in training', () => {
    const kept = started(new BatchNorm2d({}, 2))
    kept.evalOnly = true
    const frozen = started(new BatchNorm2d({}, 2))
    frozen.freeze()
    for (const norm of [kept, frozen]) {
      tf.tidy(() => void norm.train().call(batch()))
      expect(state(norm)['running_mean']).toEqual([0, 0])
      norm.dispose()
    }
    expect([kept, frozen].map(({ weight }) => weight?.requiresGrad)).toEqual([true, false])
  })

  test('a single value a channel cannot be trained on', () => {
    const norm = started(new BatchNorm2d({}, 2))
    expect(() => tf.tidy(() => norm.call(tf.ones([1, 1, 1, 2])))).toThrow(/single value.*larger batch/s)
    norm.dispose()
  })

  test('its gradient', async () => {
    const op = ([x, w, b]: tf.Tensor[]) => batchNorm(x as tf.Tensor, w as tf.Tensor, b as tf.Tensor, 1e-3, () => undefined)
    expect(await gradientError(op, [[2, 2, 3, 4], [4], [4]])).toBeLessThan(5e-3)
  })
})

describe('built from a config', () => {
  const container = new RunContainer()

  test('every norm is in the plugin', () => {
    expect(nnPlugin).toContain(BatchNorm2d)
  })

  test.each([
    [{ type: 'BN' }, 'bn'],
    [{ type: 'SyncBN', requires_grad: false }, 'bn'],
    [{ type: 'GN', num_groups: 2 }, 'gn'],
    [{ type: 'LN' }, 'ln'],
    [{ type: 'LN2d', eps: 1e-6 }, 'ln'],
  ])('%j names itself %s in a ConvModule, which then has no bias', (normCfg, name) => {
    const module = new ConvModule({ inChannels: 3, outChannels: 4, kernelSize: 3, normCfg }, container)
    expect([...module.namedParameters()].map(([path]) => path)).toEqual(['conv.weight', `${name}.weight`, `${name}.bias`])
  })

  test('group norm normalizes each group of a sample over all places', async () => {
    const norm = started(buildNorm(container, { type: 'GN', num_groups: 2, eps: 0 }, 4))
    const got = await valuesOf(() => norm.call(tf.tensor4d([1, 3, 10, 10, 5, 7, 10, 50], [1, 1, 2, 4])))
    const a = (x: number) => (x - 4) / Math.sqrt(5)
    const b = (x: number) => (x - 20) / Math.sqrt(300)
    close(got, [a(1), a(3), b(10), b(10), a(5), a(7), b(10), b(50)])
    norm.dispose()
    expect(() => buildNorm(container, { type: 'GN', num_groups: 3 }, 4)).toThrow(/divisible by num_groups/)
  })

  test('activations of the mobile nets', async () => {
    const values = (config: object) =>
      valuesOf(() => (container.build(MODELS, config) as ConvModule).forward(tf.tensor1d([-4, -1, 0, 1, 4])))
    close(await values({ type: 'HSwish' }), [0, -1 / 3, 0, 2 / 3, 4])
    close(await values({ type: 'HSigmoid' }), [0, 1 / 3, 0.5, 2 / 3, 1])
    close(await values({ type: 'HSigmoid', bias: 1, divisor: 2 }), [0, 0, 0.5, 1, 1])
    close(await values({ type: 'LeakyReLU', negative_slope: 0.5 }), [-2, -0.5, 0, 1, 4])
    close(await values({ type: 'ReLU6' }), [0, 0, 0, 1, 4])
  })
})

test('global response normalization', async () => {
  const grn = started(new GRN(2))
  const input = () => tf.tensor4d([3, 0, 4, 2], [1, 1, 2, 2])
  close(await valuesOf(() => grn.call(input())), [3, 0, 4, 2])
  for (const [, parameter] of grn.namedParameters()) parameter.setValues(Float32Array.from([1, 2]))
  // Energies 5 and 2, their mean 3.5.
  close(await valuesOf(() => grn.call(input())), [3 * (5 / 3.5) + 1 + 3, 2, 4 * (5 / 3.5) + 1 + 4, 2 * 2 * (2 / 3.5) + 2 + 2])
  grn.dispose()
})
