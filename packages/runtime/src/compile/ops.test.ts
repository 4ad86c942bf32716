import { beforeAll, describe, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { CompiledFunction } from './compiledFunction.js'

let native = false
beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

type Op = (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | tf.Tensor[]
type Case = readonly [name: string, shapes: readonly [readonly number[], (readonly number[])?], op: Op]

const image = [2, 7, 6, 3] as const
const as4d = (x: tf.Tensor) => x as tf.Tensor4D
const ints = (x: tf.Tensor) => tf.cast(tf.floor(tf.mul(tf.sigmoid(x), 4)), 'int32')

/** Every kind of op that a model may use, by the shape rules and attribute kinds that it exercises. */
const CASES: readonly Case[] = [
  ...(['abs', 'ceil', 'cos', 'elu', 'erf', 'exp', 'floor', 'neg', 'relu', 'relu6', 'round', 'selu', 'sigmoid', 'sign', 'sin'] as const).map(
    (name): Case => [name, [[3, 4]], (x) => tf[name](x)],
  ),
  ...(['softplus', 'square', 'tan', 'tanh', 'leakyRelu', 'step', 'expm1', 'softmax', 'logSoftmax', 'atan', 'asinh'] as const).map(
    (name): Case => [name, [[3, 4]], (x) => tf[name](x)],
  ),
  ...(['sqrt', 'rsqrt', 'log', 'log1p', 'reciprocal'] as const).map(
    (name): Case => [name, [[3, 4]], (x) => tf[name](tf.add(tf.abs(x), 1))],
  ),
  ...(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference', 'divNoNan', 'atan2'] as const).map(
    (name): Case => [
      `${name}, broadcast`,
      [
        [3, 1, 4],
        [2, 4],
      ],
      (x, y) => tf[name](x, y),
    ],
  ),
  ['pow', [[3, 4], []], (x, y) => tf.pow(tf.abs(x), tf.abs(y))],
  ['mod', [[3], [3]], (x, y) => tf.mod(x, tf.add(tf.abs(y), 1))],
  ['floorDiv', [[3], [3]], (x, y) => tf.floorDiv(x, tf.add(tf.abs(y), 1))],
  [
    'where',
    [
      [3, 4],
      [3, 4],
    ],
    (x, y) => tf.where(tf.greater(x, y), x, tf.mul(y, 2)),
  ],
  [
    'comparisons',
    [[3], [3]],
    (x, y) =>
      [tf.equal(x, y), tf.notEqual(x, y), tf.less(x, y), tf.lessEqual(x, y), tf.greaterEqual(x, y)].map((b) => tf.cast(b, 'float32')),
  ],
  [
    'logic',
    [[3], [3]],
    (x, y) =>
      [tf.logicalAnd(tf.greater(x, 0), tf.greater(y, 0)), tf.logicalOr(tf.greater(x, 0), tf.logicalNot(tf.greater(y, 0)))].map((b) =>
        tf.cast(b, 'int32'),
      ),
  ],
  ['isNaN, isInf, isFinite', [[3]], (x) => [tf.isNaN(x), tf.isInf(x), tf.isFinite(x)].map((b) => tf.cast(b, 'float32'))],
  [
    'sum, mean, max, min, prod',
    [[2, 3, 4]],
    (x) => [tf.sum(x, 1), tf.mean(x, [0, 2], true), tf.max(x), tf.min(x, -1, true), tf.prod(x, 0)],
  ],
  ['all, any', [[2, 3]], (x) => [tf.all(tf.greater(x, 0), 1), tf.any(tf.greater(x, 0), 0, true)].map((b) => tf.cast(b, 'float32'))],
  ['moments', [[2, 3, 4]], (x) => [tf.moments(x, [0, 1]).mean, tf.moments(x, -1, true).variance]],
  ['logSumExp', [[2, 3]], (x) => tf.logSumExp(x, 1)],
  ['norm', [[2, 3]], (x) => tf.norm(x)],
  ['argMax, argMin', [[2, 3]], (x) => [tf.argMax(x, -1), tf.argMin(x, 0)]],
  [
    'topk',
    [[2, 5]],
    (x) => {
      const { values, indices } = tf.topk(x, 3)
      return [values, indices]
    },
  ],
  ['cumsum, cumprod', [[2, 3]], (x) => [tf.cumsum(x, 1, true, true), tf.cumprod(x, 0)]],
  [
    'matMul',
    [
      [3, 4],
      [5, 4],
    ],
    (x, y) => tf.matMul(x, y, false, true),
  ],
  [
    'matMul, batched and broadcast',
    [
      [2, 3, 4, 5],
      [1, 3, 4, 6],
    ],
    (x, y) => tf.matMul(x, y, true),
  ],
  [
    'einsum',
    [
      [2, 3],
      [3, 4],
    ],
    (x, y) => tf.einsum('ij,jk->ki', x, y),
  ],
  ['dot', [[3], [3]], (x, y) => tf.dot(x, y)],
  [
    'reshape, expandDims, squeeze',
    [[2, 3, 4]],
    (x) => [tf.reshape(x, [-1, 4]), tf.expandDims(x, -1), tf.squeeze(tf.slice(x, [0, 0, 0], [1, 3, 4]))],
  ],
  ['transpose, reverse', [[2, 3, 4]], (x) => [tf.transpose(x, [2, 0, 1]), tf.transpose(x), tf.reverse(x, [1])]],
  [
    'tile, pad, mirrorPad',
    [[2, 3]],
    (x) => [
      tf.tile(x, [2, 1]),
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        3,
      ),
      tf.mirrorPad(
        x,
        [
          [1, 0],
          [1, 1],
        ],
        'reflect',
      ),
    ],
  ],
  [
    'concat, stack, unstack, split',
    [
      [2, 3],
      [2, 3],
    ],
    (x, y) => [tf.concat([x, y], 1), tf.stack([x, y], 1), ...tf.unstack(x, 1), ...tf.split(y, [1, 2], 1)],
  ],
  ['slice, stridedSlice', [[4, 5]], (x) => [tf.slice(x, [1, 2], [2, -1]), tf.stridedSlice(x, [0, 4], [4, 0], [2, -2])]],
  [
    'gather by constants and by what is computed',
    [
      [4, 3],
      [4, 2],
    ],
    (x, y) => [tf.gather(x, tf.tensor1d([2, 0], 'int32')), tf.gather(x, tf.cast(tf.argMax(y, 1), 'int32'), 1)],
  ],
  [
    'gather in batches',
    [
      [2, 4, 3],
      [2, 4],
    ],
    (x, y) => tf.gather(x, tf.topk(y, 2).indices, 1, 1),
  ],
  [
    'gatherND, scatterND',
    [[4, 3]],
    (x) => [
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [1, 2],
            [0, 0],
          ],
          [2, 2],
          'int32',
        ),
      ),
      tf.scatterND(tf.tensor2d([[1], [3]], [2, 1], 'int32'), tf.slice(x, [0, 0], [2, 3]), [5, 3]),
    ],
  ],
  ['oneHot', [[5]], (x) => tf.oneHot(ints(x) as tf.Tensor1D, 4, 0.9, 0.1)],
  ['unsortedSegmentSum', [[4, 2], [4]], (x, y) => tf.unsortedSegmentSum(x, ints(y) as tf.Tensor1D, 5)],
  ['bincount', [[6], [6]], (x, y) => tf.bincount(ints(x) as tf.Tensor1D, y as tf.Tensor1D, 5)],
  ['cast', [[3]], (x) => [tf.cast(x, 'int32'), tf.cast(tf.cast(x, 'bool'), 'int32')]],
  [
    'fill, zerosLike, onesLike, linspace, range, eye',
    [[3, 3]],
    (x) => [
      tf.add(x, tf.fill([3, 3], 2)),
      tf.add(tf.onesLike(x), tf.zerosLike(x)),
      tf.mul(x, tf.linspace(0, 1, 3)),
      tf.mul(x, tf.range(0, 3)),
      tf.matMul(x, tf.eye(3)),
    ],
  ],
  ['clipByValue', [[4]], (x) => tf.clipByValue(x, -0.5, 0.5)],
  ['prelu', [[2, 3], [3]], (x, y) => tf.prelu(x, y)],
  ['addN', [[2], [2]], (x, y) => tf.addN([x, y, x])],
  [
    'conv2d',
    [image, [3, 3, 3, 4]],
    (x, y) => [
      tf.conv2d(as4d(x), as4d(y), 1, 'same'),
      tf.conv2d(as4d(x), as4d(y), 2, 'valid'),
      tf.conv2d(as4d(x), as4d(y), 1, 'valid', 'NHWC', 2),
      tf.conv2d(
        as4d(x),
        as4d(y),
        [2, 1],
        [
          [0, 0],
          [1, 0],
          [2, 1],
          [0, 0],
        ],
      ),
    ],
  ],
  [
    'conv2dTranspose',
    [
      [2, 4, 4, 3],
      [3, 3, 5, 3],
    ],
    (x, y) => tf.conv2dTranspose(as4d(x), as4d(y), [2, 8, 8, 5], 2, 'same'),
  ],
  [
    'depthwiseConv2d',
    [image, [3, 3, 3, 2]],
    (x, y) => [tf.depthwiseConv2d(as4d(x), as4d(y), 1, 'same'), tf.depthwiseConv2d(as4d(x), as4d(y), 2, 'valid')],
  ],
  ['pools', [image], (x) => [tf.maxPool(as4d(x), 3, 2, 'same'), tf.avgPool(as4d(x), [2, 3], 1, 'valid')]],
  [
    'batchNorm',
    [image, [3]],
    (x, y) =>
      tf.batchNorm(as4d(x), tf.mul(y, 0.1) as tf.Tensor1D, tf.add(tf.square(y), 1) as tf.Tensor1D, y as tf.Tensor1D, y as tf.Tensor1D),
  ],
  [
    'resizeBilinear, resizeNearestNeighbor',
    [image],
    (x) => [tf.image.resizeBilinear(as4d(x), [4, 9], false, true), tf.image.resizeNearestNeighbor(as4d(x), [14, 12])],
  ],
  [
    'depthToSpace, spaceToBatch',
    [[1, 2, 2, 4]],
    (x) => [
      tf.depthToSpace(as4d(x), 2, 'NHWC'),
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ],
  ],
  [
    'fused matMul and conv2d',
    [
      [3, 4],
      [4, 5],
    ],
    (x, y) => tf.fused.matMul({ a: x as tf.Tensor2D, b: y as tf.Tensor2D, activation: 'relu' }),
  ],
  ['localResponseNormalization', [image], (x) => tf.localResponseNormalization(as4d(x))],
  ['fft', [[2, 8]], (x) => tf.real(tf.spectral.fft(tf.complex(x, tf.zerosLike(x))))],
]

/** Ops that tfjs can differentiate, with their gradients. */
const GRADIENTS: readonly Case[] = [
  ...CASES.filter(([name]) =>
    /^(abs|cos|elu|erf|exp|neg|relu6?|selu|sigmoid|sin|softplus|square|tanh|leakyRelu|softmax|logSoftmax|sqrt|rsqrt|log|log1p|add, broadcast|sub.*|mul.*|div, broadcast|pow|logSumExp|matMul|transpose.*|prelu|clipByValue|addN|batchNorm|depthwise.*)$/.test(
      name,
    ),
  ),
  ['conv2d', [image, [3, 3, 3, 4]], (x, y) => [tf.conv2d(as4d(x), as4d(y), 1, 'same'), tf.conv2d(as4d(x), as4d(y), 2, 'valid')]],
  [
    'conv2dTranspose',
    [
      [2, 4, 4, 3],
      [3, 3, 5, 3],
    ],
    (x, y) => tf.conv2dTranspose(as4d(x), as4d(y), [2, 8, 8, 5], 2, 'same'),
  ],
  ['pools', [image], (x) => [tf.maxPool(as4d(x), 3, 2, 'same'), tf.avgPool(as4d(x), [2, 3], 1, 'valid')]],
  [
    'shapes',
    [
      [2, 3],
      [2, 3],
    ],
    (x, y) => [
      tf.tile(x, [2, 1]),
      tf.concat([x, y], 1),
      tf.stack([x, y], 1),
      ...tf.unstack(x, 1),
      ...tf.split(y, [1, 2], 1),
      tf.slice(x, [0, 1], [2, 2]),
      tf.pad(x, [
        [1, 0],
        [0, 2],
      ]),
      tf.reshape(y, [6]),
    ],
  ],
  ['reductions', [[2, 3, 4]], (x) => [tf.sum(x, 1), tf.mean(x, [0, 2], true), tf.max(x, 1), tf.min(x, -1, true)]],
  ['resizeBilinear', [image], (x) => tf.image.resizeBilinear(as4d(x), [4, 9])],
]

describe('a recorded op gives the shapes and values of the op', () => {
  test.each(CASES)('%s', async (_, shapes, op) => expectEqual(shapes, (x, y) => [op(x, y)].flat()))
})

describe('and so do its gradients', () => {
  test.each(GRADIENTS)('%s', async (_, shapes, op) =>
    expectEqual(shapes, (x, y) => {
      const probe = (...inputs: tf.Tensor[]) => {
        const outputs = [op(inputs[0] ?? x, inputs[1] ?? y)].flat()
        return tf.addN(outputs.map((output) => tf.sum(tf.mul(output, tf.reshape(tf.cos(tf.range(0, output.size)), output.shape)))))
      }
      return tf.grads(probe as (...inputs: tf.Tensor[]) => tf.Tensor)(shapes.length === 1 ? [x] : [x, y])
    }),
  )
})

async function expectEqual(shapes: Case[1], op: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor[]): Promise<void> {
  const [x, y] = [tf.randomNormal([...shapes[0]], 0, 1, 'float32', 1), tf.randomNormal([...(shapes[1] ?? [])], 0, 1, 'float32', 2)]
  const compiled = await CompiledFunction.create((inputs) => ({
    outputs: op(inputs['x'] as tf.Tensor, inputs['y'] as tf.Tensor),
    meta: undefined,
  }))
  expect(compiled !== undefined).toBe(native)
  const expected = tf.tidy(() => op(x, y))
  const before = tf.memory().numTensors
  // Twice: a constant that were gone after the first run would show.
  for (const { outputs } of [compiled?.run({ x, y }), compiled?.run({ x, y })].filter((result) => result !== undefined)) {
    expect(outputs.map(({ shape, dtype }) => [dtype, ...shape])).toEqual(expected.map(({ shape, dtype }) => [dtype, ...shape]))
    for (const [index, output] of outputs.entries()) {
      const [got, wanted] = [output.dataSync(), expected[index]?.dataSync() ?? []]
      const far = Array.from(wanted).findIndex(
        (value, at) => !(Math.abs((got[at] ?? Number.NaN) - value) <= 1e-5 * Math.max(1, Math.abs(value))),
      )
      expect(far).toBe(-1)
    }
    tf.dispose([...outputs])
  }
  expect(tf.memory().numTensors).toBe(before)
  compiled?.dispose()
  tf.dispose([x, y, ...expected])
}
