import { beforeAll, describe, expect, test } from '@jest/globals'
import { tf, useBackend } from '@tessera/runtime'
import { gradientError } from '../testing/finiteDifferences.js'
import { type ConvolutionOptions, convolution } from './convolution.js'

type Shape = [number, number, number, number]

const plain: ConvolutionOptions = { strides: [1, 1], padding: [0, 0], groups: 1 }

/** Image, kernel [h, w, in / groups, out], options. */
const cases: [string, Shape, Shape, ConvolutionOptions][] = [
  ['3×3', [2, 5, 4, 3], [3, 3, 3, 4], plain],
  ['padded', [1, 5, 5, 2], [3, 3, 2, 3], { ...plain, padding: [1, 1] }],
  ['strides that leave a rest', [2, 6, 7, 2], [3, 2, 2, 3], { ...plain, strides: [2, 3], padding: [1, 0] }],
  ['1×1 with a stride', [1, 5, 5, 3], [1, 1, 3, 2], { ...plain, strides: [2, 2] }],
  ['two groups', [2, 5, 5, 4], [3, 3, 2, 6], { ...plain, padding: [1, 1], groups: 2 }],
  ['groups and strides', [1, 6, 6, 6], [3, 3, 2, 3], { strides: [2, 2], padding: [1, 1], groups: 3 }],
  ['depthwise', [2, 5, 5, 3], [3, 3, 1, 3], { ...plain, padding: [1, 1], groups: 3 }],
  ['a kernel that reaches beyond the map on both sides', [2, 2, 3, 2], [7, 9, 2, 2], { ...plain, padding: [3, 4] }],
  ['the same, depthwise', [2, 1, 3, 2], [5, 7, 1, 2], { ...plain, padding: [2, 3], groups: 2 }],
  ['depthwise with more channels out and a stride', [1, 6, 6, 2], [3, 3, 1, 4], { strides: [2, 2], padding: [1, 1], groups: 2 }],
]

/** The same by tfjs's own ops: one convolution a group. */
function byGroup(x: tf.Tensor4D, kernel: tf.Tensor4D, { strides, padding, groups }: ConvolutionOptions): tf.Tensor {
  const edge = (n: number): [number, number] => [n, n]
  const padded = tf.pad(x, [[0, 0], edge(padding[0]), edge(padding[1]), [0, 0]])
  const inputs = tf.split(padded, groups, 3)
  const kernels = tf.split(kernel, groups, 3) as tf.Tensor4D[]
  return tf.concat(
    inputs.map((one, i) => tf.conv2d(one as tf.Tensor4D, kernels[i] as tf.Tensor4D, [strides[0], strides[1]], 'valid')),
    3,
  )
}

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  test.each(cases)('%s', async (_, image, kernel, options) => {
    const [got, expected] = tf.tidy(() => {
      const x = tf.randomNormal(image, 0, 1, 'float32', 1) as tf.Tensor4D
      const k = tf.randomNormal(kernel, 0, 1, 'float32', 2) as tf.Tensor4D
      return [convolution(x, k, options), byGroup(x, k, options)]
    }) as [tf.Tensor, tf.Tensor]
    expect(got.shape).toEqual(expected.shape)
    const values = await expected.data()
    for (const [i, value] of (await got.data()).entries()) expect(value).toBeCloseTo(values[i] ?? Number.NaN, 4)
    tf.dispose([got, expected])
    const before = tf.memory().numTensors
    const op = ([x, k]: tf.Tensor[]) => convolution(x as tf.Tensor4D, k as tf.Tensor4D, options)
    expect(await gradientError(op, [image, kernel])).toBeLessThan(5e-3)
    expect(tf.memory().numTensors).toBe(before)
  })
})
