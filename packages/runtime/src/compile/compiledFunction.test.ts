import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { CompiledFunction, type RecordingFacts } from './compiledFunction.js'

let native = false

beforeAll(async () => {
  native = (await useBackend('auto')).name === 'native'
})

type Step = (inputs: Readonly<Record<string, tf.Tensor>>) => tf.Tensor[]

let recordings: RecordingFacts[] = []
beforeEach(() => {
  recordings = []
})

/** Undefined without the native backend, where each test then asserts just that. */
async function compile(step: Step): Promise<CompiledFunction<string> | undefined> {
  const compiled = await CompiledFunction.create((inputs) => ({ outputs: step(inputs), meta: 'meta' }), {
    where: () => 'some.module',
    recorded: (facts) => recordings.push(facts),
  })
  expect(compiled !== undefined).toBe(native)
  return compiled
}

function numbers(compiled: CompiledFunction<string>, inputs: Record<string, tf.Tensor>): number[][] {
  const { outputs } = compiled.run(inputs)
  return outputs.map((output) => {
    const values = Array.from(output.dataSync())
    output.dispose()
    return values
  })
}

describe('a compiled step', () => {
  test('gives what the step gives, for each input anew, and leaves no tensor', async () => {
    const compiled = await compile(({ x }) => [tf.add(tf.square(x as tf.Tensor), tf.tensor1d([1, 2, 3]))])
    if (compiled === undefined) return
    const inputs = [tf.tensor1d([1, 2, 3]), tf.tensor1d([0, -1, 4])]
    const before = tf.memory().numTensors
    expect(numbers(compiled, { x: inputs[0] as tf.Tensor })).toEqual([[2, 6, 12]])
    expect(numbers(compiled, { x: inputs[1] as tf.Tensor })).toEqual([[1, 3, 19]])
    expect(recordings.length).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
    compiled.dispose()
    tf.dispose(inputs)
  })

  test('keeps variables inside; reading and assigning them between steps works as ever', async () => {
    const total = tf.variable(tf.zeros([2]))
    const compiled = await compile(({ x }) => {
      total.assign(tf.add(total, x as tf.Tensor))
      return [tf.mul(total, 2)]
    })
    if (compiled === undefined) return
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    expect(numbers(compiled, { x })).toEqual([[2, 4]])
    expect(numbers(compiled, { x })).toEqual([[4, 8]])
    expect(Array.from(total.dataSync())).toEqual([2, 4])
    const kept = total.clone()
    expect(numbers(compiled, { x })).toEqual([[6, 12]])
    expect(Array.from(kept.dataSync())).toEqual([2, 4])
    expect(Array.from(tf.tidy(() => tf.add(total, 1)).dataSync())).toEqual([4, 7])
    total.assign(kept)
    kept.dispose()
    expect(numbers(compiled, { x })).toEqual([[6, 12]])
    total.assign(tf.tidy(() => tf.tensor1d([100, 100])))
    expect(numbers(compiled, { x })).toEqual([[202, 204]])
    compiled.dispose()
    expect(Array.from(total.dataSync())).toEqual([101, 102])
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 2)
    total.dispose()
    x.dispose()
  })
})
