import { beforeAll, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { CompiledFunction } from './compiledFunction.js'
import type { GraphNode } from './graph.js'

let native = false

beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

/** Fifty small ops between a value's first use and its last, x · y of this many rows; [the step's sum, its nodes]. */
async function run(rows: number, shards: number): Promise<{ sum: number; expected: number; nodes: readonly GraphNode[] }> {
  let nodes: readonly GraphNode[] = []
  const step = ({ x, y }: Readonly<Record<string, tf.Tensor>>): tf.Tensor => {
    if (x === undefined || y === undefined) throw new TypeError('an input is missing')
    const product = tf.mul(x, y)
    let middle = tf.sum(tf.square(product))
    for (let i = 0; i < 80; i++) middle = tf.mul(tf.add(middle, 1), 0.5)
    const later = tf.mul(tf.reshape(product, [-1]), tf.exp(tf.mul(middle, tf.reshape(x, [-1]))))
    return tf.add(tf.sum(later), tf.sum(tf.mul(x, y)))
  }
  const inputs = { x: tf.fill([rows, 256], 0.5), y: tf.fill([rows, 256], 0.25) }
  const expected = tf.tidy(() => step(inputs).dataSync()[0] ?? Number.NaN)
  const compiled = await CompiledFunction.create((given) => ({ outputs: [step(given)], meta: undefined }), {
    shards,
    recorded: ({ graph }) => {
      nodes = graph.nodes
    },
  })
  if (compiled === undefined) return { sum: expected, expected, nodes }
  const [output] = compiled.run(inputs).outputs
  const sum = output?.dataSync()[0] ?? Number.NaN
  compiled.dispose()
  return { sum, expected, nodes }
}

const again = (nodes: readonly GraphNode[]) => nodes.filter(({ name }) => name.includes('_again')).map(({ op }) => op)

test.each([1, 2])('a large product that waits long is made again, in %d parts; the numbers stay', async (shards) => {
  const { sum, expected, nodes } = await run(2048, shards)
  expect(Math.abs(sum / expected - 1)).toBeLessThan(1e-4)
  expect(again(nodes)).toEqual(native ? Array.from({ length: shards }, () => ['Mul', 'Reshape']).flat() : [])
  // Each name once, and nothing before its inputs: TensorFlow would refuse the graph, but not say why.
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length)
})

test('a small one is kept', async () => {
  const { sum, expected, nodes } = await run(16, 1)
  expect(Math.abs(sum / expected - 1)).toBeLessThan(1e-4)
  expect(again(nodes)).toEqual([])
})

test.each([1, 2])('a large value for the end alone is made before the step goes on, in %d parts', async (shards) => {
  let nodes: readonly GraphNode[] = []
  const step = ({ x }: Readonly<Record<string, tf.Tensor>>): tf.Tensor => {
    if (x === undefined) throw new TypeError('an input is missing')
    const bent = tf.tanh(x)
    const slope = tf.sub(1, tf.square(bent))
    let middle = tf.sum(tf.mul(x, bent))
    for (let i = 0; i < 80; i++) middle = tf.mul(tf.add(middle, 1), 0.5)
    return tf.sum(tf.mul(slope, middle))
  }
  const x = tf.fill([2048, 512], 0.5)
  const expected = tf.tidy(() => step({ x }).dataSync()[0] ?? Number.NaN)
  const compiled = await CompiledFunction.create((given) => ({ outputs: [step(given)], meta: undefined }), {
    shards,
    recorded: ({ graph }) => {
      nodes = graph.nodes
    },
  })
  expect(compiled !== undefined).toBe(native)
  if (compiled === undefined) return
  const [output] = compiled.run({ x }).outputs
  expect(Math.abs((output?.dataSync()[0] ?? Number.NaN) / expected - 1)).toBeLessThan(1e-4)
  compiled.dispose()
  const early = nodes.filter(({ op, inputs }) => op === 'Mul' && inputs.some((input) => input.startsWith('^Sub') || input.includes('/Sub')))
  expect(early.length).toBe(shards)
})
