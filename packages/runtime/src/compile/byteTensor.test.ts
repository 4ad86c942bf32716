import { beforeAll, expect, test } from '@jest/globals'
import { useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { byteTensor } from './byteTensor.js'
import { CompiledFunction, type RecordingFacts } from './compiledFunction.js'

beforeAll(async () => {
  await useBackend('auto')
})

const pixels = () => byteTensor(Uint8Array.of(0, 1, 127, 128, 254, 255), [2, 3])
const halved = [0, 0.5, 63.5, 64, 127, 127.5]

test('is float32 to every op, and leaves nothing behind', () => {
  const before = tf.memory()
  const bytes = pixels()
  expect([bytes.dtype, bytes.shape]).toEqual(['float32', [2, 3]])
  const half = tf.mul(bytes, 0.5)
  expect(Array.from(half.dataSync())).toEqual(halved)
  expect(Array.from(bytes.dataSync())).toEqual([0, 1, 127, 128, 254, 255])
  tf.dispose([bytes, half])
  expect(tf.memory().numTensors).toBe(before.numTensors)
  expect(tf.memory().numBytes).toBe(before.numBytes)
})

test.each([1, 2])('goes into a compiled step of %d parts as bytes; floats of its shape are another recording', async (shards) => {
  const recorded: RecordingFacts[] = []
  const compiled = await CompiledFunction.create(({ x }) => ({ outputs: [tf.mul(tf.reverse(x as tf.Tensor, 1), 0.5)], meta: undefined }), {
    shards,
    recorded: (facts) => recorded.push(facts),
  })
  if (compiled === undefined) return
  const run = (x: tf.Tensor) => {
    const [output] = compiled.run({ x }).outputs
    const values = Array.from(output?.dataSync() ?? [])
    tf.dispose([x, output])
    return values
  }
  const reversed = [63.5, 0.5, 0, 127.5, 127, 64]
  expect(run(pixels())).toEqual(reversed)
  expect(run(pixels())).toEqual(reversed)
  expect(recorded.length).toBe(1)
  const inputs = recorded[0]?.graph.nodes.filter(({ op }) => op === 'Placeholder') ?? []
  expect(inputs.some(({ attributes }) => JSON.stringify(attributes['dtype']) === '{"type":4}')).toBe(true)
  expect(
    run(
      tf.tensor2d([
        [0, 1, 127],
        [128, 254, 255],
      ]),
    ),
  ).toEqual(reversed)
  expect(recorded.length).toBe(2)
  compiled.dispose()
})
