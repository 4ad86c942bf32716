import { beforeAll, describe, expect, test } from '@jest/globals'
import { tf, useBackend } from '@tessera/runtime'
import { attention } from './attention.js'
import { gelu } from './gelu.js'
import { layerNorm } from './layerNorm.js'
import { linear } from './linear.js'
import { oneHot } from './oneHot.js'
import { patchProduct } from './patchProduct.js'

beforeAll(async () => {
  await useBackend('auto')
})

type Op = (inputs: tf.Tensor[]) => tf.Tensor

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)

/** Σ op(inputs) · c with fixed c, so that no gradient is trivially zero. */
function probe(op: Op, inputs: tf.Tensor[]): tf.Scalar {
  const output = op(inputs)
  return tf.sum(tf.mul(output, tf.reshape(tf.cos(tf.range(0, output.size)), output.shape)))
}

/** Central differences in some places of every input. */
async function expectGradients(op: Op, shapes: number[][]): Promise<void> {
  const inputs = shapes.map((shape, i) => random(shape, i + 1))
  const before = tf.memory().numTensors
  const gradients = tf.tidy(() => tf.grads((...args: tf.Tensor[]) => probe(op, args))(inputs))
  const step = 1e-2
  for (const [which, input] of inputs.entries()) {
    const values = Float32Array.from(await input.data())
    const gradient = (await gradients[which]?.data()) ?? []
    expect(gradients[which]?.shape).toEqual(input.shape)
    for (const place of [0, Math.floor(values.length / 2), values.length - 1]) {
      const at = async (delta: number) => {
        const moved = values.slice()
        moved[place] = (moved[place] ?? 0) + delta
        const value = tf.tidy(() =>
          probe(
            op,
            inputs.map((one, i) => (i === which ? tf.tensor(moved, input.shape) : one)),
          ),
        )
        const [number = Number.NaN] = await value.data()
        value.dispose()
        return number
      }
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step)
      expect(Math.abs(numeric - (gradient[place] ?? Number.NaN))).toBeLessThan(5e-3 * Math.max(1, Math.abs(numeric)))
    }
  }
  tf.dispose(gradients)
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose(inputs)
}

describe('gradients agree with finite differences', () => {
  const cases: [string, Op, number[][]][] = [
    ['linear of rows', ([x, w, b]) => linear(x as tf.Tensor, w as tf.Tensor, b), [[4, 3], [5, 3], [5]]],
    [
      'linear of tokens, without bias',
      ([x, w]) => linear(x as tf.Tensor, w as tf.Tensor),
      [
        [2, 4, 3],
        [5, 3],
      ],
    ],
    ['layer norm', ([x, w, b]) => layerNorm(x as tf.Tensor, w as tf.Tensor, b as tf.Tensor, 1e-6), [[2, 3, 6], [6], [6]]],
    ['layer norm of rows', ([x, w, b]) => layerNorm(x as tf.Tensor, w as tf.Tensor, b as tf.Tensor, 0.1), [[3, 6], [6], [6]]],
    ['gelu', ([x]) => gelu(x as tf.Tensor), [[3, 4]]],
    ['attention', ([x]) => attention(x as tf.Tensor, { heads: 2 }), [[2, 3, 12]]],
    ['attention with a scale of its own', ([x]) => attention(x as tf.Tensor, { heads: 2, scale: 0.3 }), [[2, 3, 12]]],
    ['attention of the first token', ([x]) => attention(x as tf.Tensor, { heads: 2, queries: 1 }), [[2, 3, 12]]],
    [
      'attention with dropped weights',
      ([x]) => attention(x as tf.Tensor, { heads: 1, mask: tf.tensor4d([1, 0, 2, 1, 0, 2, 1, 1, 1], [1, 1, 3, 3]) }),
      [[1, 3, 6]],
    ],
    [
      'patch product',
      ([x, k]) => patchProduct(x as tf.Tensor4D, k as tf.Tensor4D),
      [
        [1, 4, 6, 2],
        [2, 3, 2, 4],
      ],
    ],
    [
      'patch product that leaves a border',
      ([x, k]) => patchProduct(x as tf.Tensor4D, k as tf.Tensor4D),
      [
        [2, 5, 5, 1],
        [2, 2, 1, 3],
      ],
    ],
  ]
  test.each(cases)('%s', async (_, op, shapes) => {
    await expectGradients(op, shapes)
  })
})

describe('values', () => {
  test('gelu is the exact one', async () => {
    const y = tf.tidy(() => gelu(tf.tensor1d([-3, -1, 0, 1, 3])))
    const expected = [-0.0040496940948, -0.158655253931, 0, 0.841344746069, 2.99595030591]
    for (const [i, value] of (await y.data()).entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6)
    y.dispose()
  })

  test('layer norm has mean 0 and variance 1 before weight and bias', async () => {
    const y = tf.tidy(() =>
      layerNorm(
        tf.tensor2d([
          [1, 2, 3],
          [10, 10, 40],
        ]),
        tf.ones([3]),
        tf.zeros([3]),
        0,
      ),
    )
    const expected = [-1.2247449, 0, 1.2247449, -Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2]
    for (const [i, value] of (await y.data()).entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5)
    y.dispose()
  })

  test('attention with one token hands its value on', async () => {
    const y = tf.tidy(() => attention(tf.tensor3d([[[9, 9, 5, 5, 1, 2]]]), { heads: 2 }))
    expect(Array.from(await y.data())).toEqual([1, 2])
    y.dispose()
  })

  test('patch product equals the convolution', async () => {
    const [a, b] = tf.tidy(() => {
      const x = random([2, 8, 9, 3], 1) as tf.Tensor4D
      const kernel = random([4, 3, 3, 5], 2) as tf.Tensor4D
      return [patchProduct(x, kernel), tf.conv2d(x, kernel, [4, 3], 'valid')]
    }) as [tf.Tensor, tf.Tensor]
    expect(a.shape).toEqual(b.shape)
    const expected = await b.data()
    for (const [i, value] of (await a.data()).entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4)
    tf.dispose([a, b])
  })

  test('oneHot gives float32 ones, also on wasm, and zeros for what is no class', async () => {
    const rows = tf.tidy(() => oneHot(tf.tensor1d([1, 0, 5], 'int32'), 3))
    expect(rows.dtype).toBe('float32')
    expect(Array.from(await rows.data())).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0])
    rows.dispose()
  })
})
