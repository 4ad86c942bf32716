import { beforeAll, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { CompiledFunction, type RecordingFacts } from './compiledFunction.js'

let native = false

beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

const ramp = (rows: number, columns: number) =>
  tf.tensor2d(
    Array.from({ length: rows * columns }, (_, index) => Math.sin(index)),
    [rows, columns],
  )
const matMul = (x: tf.Tensor, y: tf.Tensor, turned: boolean) => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, false, turned)
/** Sums in another order differ in the last bit. */
const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 1e5))

/** How a recorded step takes its matrices: [shape of the variable in the session, transpose_b of the product] each. */
function layouts({ graph }: RecordingFacts): unknown[] {
  return graph.nodes
    .filter(({ op }) => op === 'MatMul')
    .map(({ inputs, attributes }) => {
      const read = graph.nodes.find(({ name }) => name === inputs[1])
      const handle = graph.nodes.find(({ name }) => name === read?.inputs[0])
      return [handle?.attributes['shape'], attributes['transpose_b']]
    })
}

async function compile(step: (x: tf.Tensor) => tf.Tensor, facts: RecordingFacts[] = []): Promise<((x: tf.Tensor) => number[]) | undefined> {
  const compiled = await CompiledFunction.create(({ x }) => ({ outputs: [step(x as tf.Tensor)], meta: undefined }), {
    shards: 1,
    recorded: (one) => facts.push(one),
  })
  expect(compiled !== undefined).toBe(native)
  return (
    compiled &&
    ((x) => {
      const [output] = compiled.run({ x }).outputs
      const values = Array.from(output?.dataSync() ?? [])
      output?.dispose()
      return values
    })
  )
}

test('a session that changes nothing holds a weight transposed, and everybody else sees it as it is', async () => {
  const weight = tf.variable(ramp(3, 4))
  const x = ramp(2, 4)
  const facts: RecordingFacts[] = []
  const run = await compile((input) => matMul(input, weight, true), facts)
  if (run === undefined) return
  const expected = () => Array.from(tf.tidy(() => matMul(x, weight, true).dataSync()))
  const first = expected()
  const values = Array.from(weight.dataSync())
  expect(rounded(run(x))).toEqual(rounded(first))
  expect(facts.map(layouts)).toEqual([[[{ shape: [4, 3] }, { bool: false }]]])
  expect(Array.from(weight.dataSync())).toEqual(values)

  // A new value, as loading a checkpoint or swapping EMA's copy in gives one.
  const next = tf.tidy((): tf.Tensor2D => tf.add(weight, 1))
  weight.assign(next)
  next.dispose()
  const second = run(x)
  expect(rounded(second)).not.toEqual(rounded(first))
  expect(rounded(second)).toEqual(rounded(expected()))
})

test('what another session trains is seen, both ways', async () => {
  const weight = tf.variable(ramp(3, 4))
  const x = ramp(2, 4)
  const predict = await compile((input) => matMul(input, weight, true))
  const train = await compile((input) => {
    weight.assign(tf.add(weight, tf.mean(input)))
    return matMul(input, weight, true)
  })
  if (predict === undefined || train === undefined) return
  const before = predict(x)
  const trained = train(x)
  expect(rounded(trained)).not.toEqual(rounded(before))
  expect(rounded(predict(x))).toEqual(rounded(trained))
  const again = train(x)
  expect(rounded(again)).not.toEqual(rounded(trained))
  expect(rounded(Array.from(tf.tidy(() => matMul(x, weight, true).dataSync())))).toEqual(rounded(again))
  expect(rounded(predict(x))).toEqual(rounded(again))
})

test('a weight that is used otherwise too, or changed, stays as it is', async () => {
  const square = tf.variable(ramp(4, 4))
  const x = ramp(2, 4)
  const facts: RecordingFacts[] = []
  const both = await compile((input) => tf.add(matMul(input, square, true), matMul(input, square, false)), facts)
  const changed = await compile((input) => {
    const y = matMul(input, square, true)
    square.assign(tf.mul(square, 2))
    return y
  }, facts)
  if (both === undefined || changed === undefined) return
  const expected = Array.from(tf.tidy(() => tf.add(matMul(x, square, true), matMul(x, square, false)).dataSync()))
  expect(rounded(both(x))).toEqual(rounded(expected))
  changed(x)
  const shape = { shape: [4, 4] }
  expect(facts.map(layouts)).toEqual([
    [
      [shape, { bool: true }],
      [shape, { bool: false }],
    ],
    [[shape, { bool: true }]],
  ])
})
