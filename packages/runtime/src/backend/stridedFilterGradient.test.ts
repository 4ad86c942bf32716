import { beforeAll, expect, test } from '@jest/globals'
import { tf } from '../tf.js'
import { useBackend } from './useBackend.js'

beforeAll(async () => {
  await useBackend('auto')
})

interface Sizes {
  readonly batch: number
  readonly side: number
  readonly channels: number
  readonly out: number
  readonly stride: number
}

/** Σ over places: what the filter saw · what came back. */
function expectedOf(x: Float32Array, dy: Float32Array, { batch, side, channels, out, stride }: Sizes): number[] {
  const rows = Math.ceil(side / stride)
  const sums = new Array<number>(channels * out).fill(0)
  for (let place = 0; place < batch * rows * rows; place++) {
    const [n, row, column] = [Math.floor(place / rows ** 2), Math.floor(place / rows) % rows, place % rows]
    const from = ((n * side + row * stride) * side + column * stride) * channels
    for (const at of sums.keys()) sums[at] = (sums[at] ?? 0) + (x[from + Math.floor(at / out)] ?? 0) * (dy[place * out + (at % out)] ?? 0)
  }
  return sums
}

test.each([
  // Sizes at which oneDNN's kernel ended the process within a few calls.
  ['3 channels of 64×64', { batch: 4, side: 64, channels: 3, out: 16, stride: 2 }],
  ['8 channels of 64×64', { batch: 4, side: 64, channels: 8, out: 8, stride: 2 }],
  ['a stride of 3', { batch: 2, side: 20, channels: 3, out: 5, stride: 3 }],
  ['an odd side', { batch: 2, side: 9, channels: 4, out: 3, stride: 2 }],
  ['a block of channels, as TensorFlow has it', { batch: 2, side: 16, channels: 16, out: 4, stride: 2 }],
  ['no stride, as TensorFlow has it', { batch: 2, side: 8, channels: 3, out: 4, stride: 1 }],
] as const)('the gradient of a 1×1 filter: %s', async (_, sizes) => {
  const { batch, side, channels, out, stride } = sizes
  const before = tf.memory().numTensors
  for (let turn = 0; turn < 4; turn++) {
    const values = (count: number, by: number) => Float32Array.from({ length: count }, (__, i) => Math.sin(i * by + turn))
    const rows = Math.ceil(side / stride)
    const x = values(batch * side * side * channels, 0.7)
    const dy = values(batch * rows * rows * out, 1.3)
    const gradient = tf.tidy(() => {
      const input = tf.tensor4d(x, [batch, side, side, channels])
      const filter = (w: tf.Tensor) => tf.conv2d(input, w as tf.Tensor4D, stride, turn % 2 === 0 ? 'valid' : 'same')
      return tf.grad(filter)(tf.ones([1, 1, channels, out]), tf.tensor4d(dy, [batch, rows, rows, out]))
    })
    const expected = expectedOf(x, dy, sizes)
    const got = await gradient.data()
    const largest = Math.max(...expected.map(Math.abs))
    for (const [i, one] of expected.entries()) expect(Math.abs((got[i] ?? Number.NaN) - one) / largest).toBeLessThan(1e-5)
    gradient.dispose()
  }
  expect(tf.memory().numTensors).toBe(before)
})
