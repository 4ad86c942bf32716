import { beforeAll, describe, expect, test } from '@jest/globals'
import { useBackend } from '../../backend/useBackend.js'
import { tf } from '../../tf.js'
import { CompiledFunction, type RecordingFacts } from '../compiledFunction.js'
import type { GraphNode } from '../graph.js'
import { withPrecision } from '../precision.js'

let native = false

beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

type Inputs = Readonly<Record<string, tf.Tensor>>
type Step = (inputs: Inputs) => tf.Tensor[]

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)

/** What the step gives op by op, and in so many parts; nothing without the native backend. */
async function compare(step: Step, inputs: Inputs, shards: number, tolerance = 2e-5): Promise<readonly GraphNode[]> {
  let facts: RecordingFacts | undefined
  const compiled = await CompiledFunction.create((given) => ({ outputs: step(given), meta: undefined }), {
    shards,
    recorded: (one) => {
      facts = one
    },
  })
  expect(compiled !== undefined).toBe(native)
  if (compiled === undefined) return []
  const expected = tf.tidy(() => step(inputs).map((tensor) => ({ shape: tensor.shape, values: Array.from(tensor.dataSync()) })))
  const { outputs } = compiled.run(inputs)
  for (const [index, output] of outputs.entries()) {
    expect(output.shape).toEqual(expected[index]?.shape)
    const values = expected[index]?.values ?? []
    const scale = Math.max(1, ...values.map(Math.abs))
    for (const [at, value] of output.dataSync().entries()) {
      const difference = Math.abs(value - (values[at] ?? Number.NaN))
      if (!(difference <= tolerance * scale)) throw new Error(`output ${index} at ${at}: ${value}, expected ${values[at]}`)
    }
  }
  tf.dispose([...outputs])
  compiled.dispose()
  tf.dispose(Object.values(inputs))
  return facts?.graph.nodes ?? []
}

const count = (nodes: readonly GraphNode[], op: string) => nodes.filter((node) => node.op === op).length

const ops: [string, Step, Record<string, number[]>][] = [
  ['elementwise, with numbers and channels', ({ x }) => [tf.add(tf.mul(tf.exp(x as tf.Tensor), 2), tf.tensor1d([1, 2, 3]))], { x: [5, 3] }],
  ['a value along another axis', ({ x, y }) => [tf.add(x as tf.Tensor, tf.transpose(y as tf.Tensor))], { x: [4, 4], y: [4, 4] }],
  [
    'sums and means over samples and over features',
    ({ x }) => [
      tf.sum(x as tf.Tensor, 0),
      tf.mean(x as tf.Tensor),
      tf.mean(x as tf.Tensor, [0, 2], true),
      tf.sum(x as tf.Tensor, 1),
      tf.max(x as tf.Tensor, [0, 1]),
      tf.max(x as tf.Tensor, 2, true),
    ],
    { x: [5, 2, 3] },
  ],
  [
    'transposed, stacked, unstacked',
    ({ x }) => {
      const [a, b] = tf.unstack(tf.transpose(x as tf.Tensor, [2, 0, 1])) as [tf.Tensor, tf.Tensor]
      return [tf.stack([a, tf.neg(b)], 1), tf.stack([b, a]), ...tf.unstack(x as tf.Tensor)]
    },
    { x: [3, 4, 2] },
  ],
  [
    'slices, padding, concatenation',
    ({ x }) => {
      const input = x as tf.Tensor3D
      const kept = tf.slice(input, [0, 1, 0], [-1, 2, 3])
      return [
        tf.pad(kept, [
          [0, 0],
          [1, 0],
          [0, 2],
        ]),
        tf.concat([kept, input], 1),
        tf.concat([input, input], 0),
        tf.slice(input, [1, 0, 0], [2, 3, 3]),
        tf.pad(input, [
          [1, 0],
          [0, 0],
          [0, 0],
        ]),
      ]
    },
    { x: [5, 3, 3] },
  ],
  [
    'one-hot, argmax, where',
    ({ x }) => {
      const input = x as tf.Tensor2D
      return [
        tf.cast(tf.oneHot(tf.argMax(input, 1) as tf.Tensor1D, 4), 'float32'),
        tf.where(tf.greater(input, 0), input, tf.zerosLike(input)),
      ]
    },
    { x: [5, 4] },
  ],
  [
    'softmax over features and over samples',
    ({ x }) => [tf.softmax(x as tf.Tensor), tf.logSoftmax(x as tf.Tensor), tf.softmax(tf.transpose(x as tf.Tensor))],
    { x: [4, 6] },
  ],
  [
    'products over batches, rows and inner axes',
    ({ x, y }) => {
      const [a, b] = [x as tf.Tensor3D, y as tf.Tensor3D]
      const rows = tf.reshape(a, [-1, 6]) as tf.Tensor2D
      return [
        tf.matMul(a, b, false, true),
        tf.matMul(a, b, true, false),
        tf.matMul(rows, rows, true, false),
        tf.matMul(rows, rows, false, true),
      ]
    },
    { x: [5, 4, 6], y: [5, 4, 6] },
  ],
  [
    'convolutions and pooling with their gradients',
    ({ x }) => {
      const kernel = random([3, 3, 2, 4], 9) as tf.Tensor4D
      const depthwise = random([3, 3, 2, 1], 8) as tf.Tensor4D
      const loss = (input: tf.Tensor, filter: tf.Tensor, deep: tf.Tensor) => {
        const first = tf.depthwiseConv2d(input as tf.Tensor4D, deep as tf.Tensor4D, 1, 'same')
        const second = tf.maxPool(tf.conv2d(first, filter as tf.Tensor4D, 1, 'same'), 2, 2, 'valid')
        return tf.sum(tf.square(tf.avgPool(second, 2, 1, 'valid')))
      }
      return [loss(x as tf.Tensor, kernel, depthwise), ...tf.grads(loss)([x as tf.Tensor, kernel, depthwise])]
    },
    { x: [3, 6, 6, 2] },
  ],
  [
    'batch normalization by given statistics, rectifiers and their gradients',
    ({ x }) => {
      const [mean, variance] = [tf.tensor1d([0.1, -0.2]), tf.tensor1d([2, 0.5])]
      const [offset, scale] = [tf.tensor1d([0.3, 4]), tf.tensor1d([1, 3])]
      const normalized = tf.batchNorm(x as tf.Tensor4D, mean, variance, offset, scale, 1e-5)
      const loss = (input: tf.Tensor) => tf.sum(tf.square(tf.add(tf.relu(input), tf.relu6(tf.mul(input, 3)))))
      return [normalized, tf.grad(loss)(normalized)]
    },
    { x: [5, 3, 4, 2] },
  ],
]

describe.each([2, 3])('in %d parts', (shards) => {
  test.each(ops)('%s', async (_, step, shapes) => {
    const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape], index) => [name, random(shape, index + 1)]))
    await compare(step, inputs, shards)
  })
})

/** Two layers with their gradients, as training has them. */
const layers = (hidden: number): Step => {
  const [first, second] = [random([7, hidden], 5), random([hidden, 3], 6)]
  return ({ x }) => {
    const loss = (a: tf.Tensor, b: tf.Tensor) =>
      tf.mean(tf.square(tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, a as tf.Tensor2D)), b as tf.Tensor2D)))
    return [loss(first, second), ...tf.grads(loss)([first, second])]
  }
}

test('a training step is cut at its input and put together where gradients are summed, nowhere else', async () => {
  const nodes = await compare(layers(4), { x: random([6, 7], 1) }, 2)
  if (!native) return
  const made = new Map(nodes.map(({ name, op }) => [name, op]))
  const cut = nodes.flatMap(({ op, inputs }) => (op === 'SplitV' ? [made.get(inputs[0] ?? '')] : []))
  expect(cut.filter((op) => op !== 'Const')).toEqual(['Placeholder'])
  expect(count(nodes, 'ConcatV2')).toBe(0)
  // The step computes its loss twice, and two gradients.
  expect(count(nodes, 'AddN')).toBe(4)
})

test('in bfloat16 the parts of a gradient are summed in float32', async () => {
  const step = layers(4)
  const nodes = await compare((inputs) => withPrecision('bfloat16', () => step(inputs)), { x: random([6, 7], 1) }, 2, 3e-2)
  for (const sum of nodes.filter(({ op }) => op === 'AddN')) expect(sum.attributes['T']).toEqual({ type: 1 })
})

test('in bfloat16 the gradient of weights larger than what they are applied to is one product of whole values', async () => {
  const weight = random([64, 96], 5) as tf.Tensor2D
  const step: Step = ({ x }) => {
    const loss = (own: tf.Tensor) => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, own as tf.Tensor2D)))
    return [loss(weight), tf.grad(loss)(weight)]
  }
  const low = await compare((inputs) => withPrecision('bfloat16', () => step(inputs)), { x: random([6, 64], 1) }, 2, 3e-2)
  const full = await compare(step, { x: random([6, 64], 1) }, 2)
  if (!native) return
  const gradients = (nodes: readonly GraphNode[]) =>
    nodes.filter(({ op, attributes }) => {
      const turned = attributes['transpose_a']
      return op === 'MatMul' && turned !== undefined && 'bool' in turned && turned.bool
    }).length
  expect([gradients(low), gradients(full)]).toEqual([1, 2])
})

test('a batch too small for all parts stays whole', async () => {
  const nodes = await compare(layers(4), { x: random([1, 7], 1) }, 2)
  expect(count(nodes, 'SplitV')).toBe(0)
})

test('a batch of one is cut by the rows of its first large product', async () => {
  const weight = random([128, 256], 2) as tf.Tensor2D
  const step: Step = ({ x }) => [tf.relu(tf.matMul(tf.reshape(x as tf.Tensor, [65, 128]), weight))]
  const nodes = await compare(step, { x: random([1, 65, 128], 1) }, 2, 1e-4)
  if (native) expect(count(nodes, 'MatMul')).toBe(2)
})
