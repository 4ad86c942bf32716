import { beforeAll, expect, test } from '@jest/globals'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { Conv2d } from '../layers/conv2d.js'
import { LayerNorm } from '../layers/layerNorm.js'
import { Linear } from '../layers/linear.js'
import { MultiheadAttention } from '../layers/multiheadAttention.js'
import { Sequential } from '../layers/sequential.js'
import { measureComplexity } from './complexity.js'
import { kernelCost } from './kernelCost.js'

beforeAll(async () => {
  await useBackend('auto')
})

const shapes = (name: string, inputShapes: number[][], output: number[]) => ({ name, inputShapes, outputShapes: [output] })

test.each([
  [
    '3 × 4 by 4 × 5',
    shapes(
      'BatchMatMul',
      [
        [3, 4],
        [4, 5],
      ],
      [3, 5],
    ),
    60,
    15,
  ],
  [
    'the first factor transposed',
    shapes(
      'BatchMatMul',
      [
        [4, 3],
        [4, 5],
      ],
      [3, 5],
    ),
    60,
    15,
  ],
  [
    'a batch, its second factor shared',
    shapes(
      'BatchMatMul',
      [
        [2, 3, 4],
        [1, 4, 5],
      ],
      [2, 3, 5],
    ),
    120,
    30,
  ],
  [
    'a convolution',
    shapes(
      'Conv2D',
      [
        [1, 8, 8, 3],
        [3, 3, 3, 16],
      ],
      [1, 8, 8, 16],
    ),
    8 * 8 * 16 * 27,
    1024,
  ],
  [
    'a depthwise one',
    shapes(
      'DepthwiseConv2dNative',
      [
        [1, 8, 8, 6],
        [3, 3, 6, 1],
      ],
      [1, 8, 8, 6],
    ),
    8 * 8 * 6 * 9,
    384,
  ],
  ['elementwise', shapes('Add', [[5], [5]], [5]), 0, 0],
])('%s', (_, kernel, flops, activations) => expect(kernelCost(kernel)).toEqual({ flops, activations }))

test('by module: what is below counts, what is beside does not', async () => {
  const model = new Sequential(
    new Map<string, Linear | LayerNorm | Sequential>([
      ['first', new Linear(4, 6)],
      ['norm', new LayerNorm({}, 6)],
      ['inner', new Sequential([new Linear(6, 2)])],
    ]),
  )
  model.initWeights(new RandomStream(0))
  const x = tf.ones([3, 4])
  const before = tf.memory().numTensors
  const { modules, byKind } = await measureComplexity(model, () => tf.tidy(() => void model.call(x)))
  expect(tf.memory().numTensors).toBe(before)
  expect(modules.map(({ name, flops, parameters, outputShape }) => [name, flops, parameters, outputShape])).toEqual([
    ['', 72 + 90 + 36, 30 + 12 + 14, [3, 2]],
    ['first', 72, 30, [3, 6]],
    ['norm', 90, 12, [3, 6]],
    ['inner', 36, 14, [3, 2]],
    ['inner.0', 36, 14, [3, 2]],
  ])
  expect(Object.values(byKind).reduce((a, b) => a + b, 0)).toBe(198)
  tf.dispose(x)
  model.dispose()
})

test('a convolution, whatever computes it, and attention with its two products', async () => {
  const conv = new Conv2d(3, 8, 4, { stride: 4 })
  const attention = new MultiheadAttention({ embedDims: 8, numHeads: 2 })
  for (const module of [conv, attention]) module.initWeights(new RandomStream(0))
  const flopsOf = async (module: Conv2d | MultiheadAttention, shape: number[]) => {
    const x = tf.ones(shape)
    const { modules } = await measureComplexity(module, () => tf.tidy(() => void module.call(x as never)))
    tf.dispose(x)
    return modules[0]?.flops
  }
  expect(await flopsOf(conv, [1, 8, 8, 3])).toBe(2 * 2 * 8 * 48)
  const tokens = 5
  expect(await flopsOf(attention, [1, tokens, 8])).toBe(tokens * 8 * 24 + tokens * 8 * 8 + 2 * tokens * tokens * 8)
  conv.dispose()
  attention.dispose()
})
