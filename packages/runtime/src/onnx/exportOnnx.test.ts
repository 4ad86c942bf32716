import { beforeAll, describe, expect, test } from '@jest/globals'
import { currentBackend, useBackend } from '../backend/useBackend.js'
import { tf } from '../tf.js'
import { exportOnnx } from './exportOnnx.js'

beforeAll(async () => {
  await useBackend('auto')
})

const options = { image: [2, 2, 3], outputs: () => 'output', nameOf: () => undefined } as const

function exported(forward: (images: tf.Tensor4D) => tf.Tensor, batchSize?: number): () => Uint8Array[] {
  return () => exportOnnx((images) => [forward(images)], { ...options, batchSize })
}

/** What each refusal says on the native backend; on the others it is always the backend. */
function refusal(pattern: RegExp): RegExp {
  return currentBackend()?.name === 'native' ? pattern : /only the native backend/
}

describe('refuses', () => {
  test('an op that ONNX has no counterpart of, by name', () => {
    expect(exported((images) => tf.cumsum(images, 1))).toThrow(refusal(/no ONNX op is known.*Cumsum/s))
  })

  test('a constant that grows with the batch', () => {
    const counting = (images: tf.Tensor4D) => tf.mul(images, tf.reshape(tf.range(0, images.shape[0]), [-1, 1, 1, 1]))
    expect(exported(counting)).toThrow(refusal(/grows with the batch/))
  })

  test('a size that depends on the batch otherwise than by a factor', () => {
    const odd = (images: tf.Tensor4D) => tf.concat([images, tf.zeros([1, 2, 2, 3])], 0)
    expect(exported(odd)).toThrow(refusal(/free batch size/))
  })
})

test('leaves no tensor behind, and says its size', () => {
  const before = tf.memory().numTensors
  const odd = exported((images) => tf.concat([tf.softmax(tf.sum(images, [1, 2])), tf.zeros([1, 3])], 0), 4)
  if (currentBackend()?.name === 'native') {
    const bytes = Buffer.concat(odd())
    expect(bytes.includes('Softmax') && bytes.includes('input') && bytes.includes('output')).toBe(true)
    expect(bytes.includes('batch')).toBe(false)
  } else expect(odd).toThrow(/only the native backend/)
  expect(tf.memory().numTensors).toBe(before)
})
