import { beforeAll, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { CompiledFunction } from './compiledFunction.js'
import type { GraphNode } from './graph.js'
import { type Precision, withPrecision } from './precision.js'

let native = false

beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

async function compile(precision: Precision, shards: number): Promise<{ worst: number; nodes: readonly GraphNode[] }> {
  let nodes: readonly GraphNode[] = []
  const weight = tf.randomNormal([5, 7], 0, 1, 'float32', 1)
  const bias = tf.randomNormal([5], 0, 1, 'float32', 2)
  const x = tf.randomNormal([6, 7], 0, 1, 'float32', 3)
  const step = (given: tf.Tensor): tf.Tensor[] => {
    const y = tf.add(tf.matMul(given as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias)
    const other = tf.square(y)
    const next = tf.matMul(y as tf.Tensor2D, weight as tf.Tensor2D)
    return [y, next, tf.sum(y, 0), tf.sum(tf.reshape(y, [2, 3, 5]), [0, 1]), tf.sum(y, 1), tf.sum(y, 0, true), tf.sum(other, 0)]
  }
  const expected = tf.tidy(() => step(x).map((tensor) => Array.from(tensor.dataSync())))
  const compiled = await CompiledFunction.create(
    (inputs) => ({ outputs: withPrecision(precision, () => step(inputs['x'] as tf.Tensor)), meta: undefined }),
    {
      shards,
      recorded: ({ graph }) => {
        nodes = graph.nodes
      },
    },
  )
  const outputs = compiled?.run({ x }).outputs.map((tensor) => Array.from(tensor.dataSync())) ?? expected
  compiled?.dispose()
  const worst = Math.max(...outputs.flatMap((values, i) => values.map((value, j) => Math.abs(value - (expected[i]?.[j] ?? Number.NaN)))))
  return { worst, nodes }
}

const count = (nodes: readonly GraphNode[], op: string) => nodes.filter((node) => node.op === op).length

test.each<[Precision, number, number]>([
  ['float32', 1, 1e-5],
  ['float32', 2, 1e-5],
  ['bfloat16', 1, 0.3],
  ['bfloat16', 2, 0.3],
])(
  '%s in %d parts: a bias is added to its product, sums over rows are gradients of biases; the numbers stay',
  async (precision, shards, tolerance) => {
    const { worst, nodes } = await compile(precision, shards)
    expect(worst).toBeLessThan(tolerance)
    if (!native) return
    const added = nodes.filter(({ op }) => op === 'BiasAdd')
    expect(added.map(({ attributes }) => attributes['T'])).toEqual(
      Array.from({ length: shards }, () => ({ type: precision === 'float32' ? 1 : 14 })),
    )
    // Two of the five sums are over all but the last axis, without keeping it, of what a product takes.
    expect(count(nodes, 'BiasAddGrad')).toBe(2 * shards)
  },
)
