import { beforeAll, describe, expect, test } from '@jest/globals'
import { tf } from '../tf.js'
import { useBackend } from './useBackend.js'

beforeAll(async () => {
  await useBackend('wasm')
})

/** Float32 values whose sum one float32 after another gets wrong in the fifth digit. */
function valuesOf(shape: readonly number[]): Float32Array {
  return Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, at) => Math.fround(1000.1 + Math.sin(at)))
}

function expectedOf(values: Float32Array, shape: readonly number[], axes: readonly number[]): number[] {
  const sums: number[] = []
  for (const [at, value] of values.entries()) {
    const place = tf.util.indexToLoc(at, shape.length, tf.util.computeStrides([...shape]))
    const kept = place.filter((_, axis) => !axes.includes(axis))
    const target = kept.reduce((sum, index, i) => sum * (shape.filter((_, axis) => !axes.includes(axis))[i] ?? 1) + index, 0)
    sums[target] = (sums[target] ?? 0) + value
  }
  return sums
}

describe('sums and means on wasm are those of float64', () => {
  test.each([
    [[40_000], [0]],
    [[4096, 3], [0]],
    [[3, 4096], [1]],
    [[2, 512, 3], [1]],
    [
      [2, 30, 3, 20],
      [1, 3],
    ],
    [
      [3, 300, 2, 5, 2],
      [1, 3],
    ],
    [
      [20, 3, 20, 2],
      [0, 2],
    ],
    [
      [2, 3, 4, 5],
      [0, 2],
    ],
    [
      [2, 1, 4, 5],
      [0, 1, 2, 3],
    ],
    [
      [3, 2, 2, 3, 2],
      [0, 2, 4],
    ],
    [[2, 3], [-1]],
    [[2, 3], []],
    [
      [1, 300, 1],
      [1, 2],
    ],
    [[1, 1], [0]],
    [[], []],
  ] as const)('%p over %p', async (shape, axes) => {
    const values = valuesOf(shape)
    const before = tf.memory().numTensors
    const positive = axes.map((axis) => (axis < 0 ? axis + shape.length : axis))
    const sums = expectedOf(values, shape, positive)
    const share = sums.length / values.length
    const keptShape = shape.filter((_, axis) => !positive.includes(axis))
    const [sum, mean, kept] = tf.tidy(() => {
      const x = tf.tensor(values, [...shape])
      return [tf.sum(x, [...axes]), tf.mean(x, [...axes]), tf.sum(x, [...axes], true)]
    })
    // The last bit is ours where there is much to add; up to 256 values it is wasm's, one float32 after another.
    const each = values.length / sums.length
    const tolerance = each > 256 ? 0 : each * 2 ** -24
    for (const [at, one] of sums.entries()) {
      expect(Math.abs(((await sum.data())[at] ?? Number.NaN) / Math.fround(one) - 1)).toBeLessThanOrEqual(tolerance)
      expect(Math.abs(((await mean.data())[at] ?? Number.NaN) / Math.fround(one * share) - 1)).toBeLessThanOrEqual(tolerance)
    }
    expect(sum.shape).toEqual(keptShape)
    expect(kept.shape).toEqual(shape.map((size, axis) => (positive.includes(axis) ? 1 : size)))
    tf.dispose([sum, mean, kept])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('without an axis all is summed; nothing sums to 0; integers stay integers; NaN and infinity come through', async () => {
    const answers = tf.tidy(() => [
      tf.sum(tf.ones([2, 3])),
      tf.sum(tf.zeros([0, 3]), 0),
      tf.sum(tf.tensor1d([2 ** 30, 1], 'int32')),
      tf.sum(tf.tensor1d([1, Number.NaN])),
      tf.mean(tf.tensor1d([1, Number.POSITIVE_INFINITY])),
    ])
    const values = await Promise.all(answers.map((one) => one.data()))
    expect(values.map((one) => Array.from(one))).toEqual([[6], [0, 0, 0], [2 ** 30 + 1], [Number.NaN], [Number.POSITIVE_INFINITY]])
    expect(answers[2]?.dtype).toBe('int32')
    tf.dispose(answers)
  })
})
