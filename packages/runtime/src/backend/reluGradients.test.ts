import { describe, expect, test } from '@jest/globals'
import { tf } from '../tf.js'
import { registerReluGradients } from './reluGradients.js'
import { useBackend } from './useBackend.js'

const X = [-2, -0, 0, 1e-30, 3, 5.5, 6, 7]

describe.each(['auto', 'cpu'] as const)('on %s', (backend) => {
  test.each([
    // At the edges both are zero, as PyTorch's.
    ['relu', tf.relu, (x: number) => x > 0],
    ['relu6', tf.relu6, (x: number) => x > 0 && x < 6],
  ] as const)('the gradient of %s is what comes back where it rises, also when differentiated again', async (_, fn, rises) => {
    await useBackend(backend)
    registerReluGradients()
    const before = tf.memory().numTensors
    const back = X.map((_, index) => index + 1)
    const once = tf.tidy(() => tf.grad((x: tf.Tensor) => fn(x))(tf.tensor1d(X), tf.tensor1d(back)))
    expect(Array.from(await once.data())).toEqual(X.map((x, index) => (rises(x) ? index + 1 : 0)))
    // d/dx (d/dx fn(x)²/2)² / 2 = fn(x) where it rises.
    const twice = tf.tidy(() => {
      const slope = tf.grad((x: tf.Tensor) => tf.mul(tf.square(fn(x)), 0.5))
      return tf.grad((x: tf.Tensor) => tf.mul(tf.square(slope(x)), 0.5))(tf.tensor1d(X))
    })
    expect(Array.from(await twice.data())).toEqual(X.map((x) => (rises(x) ? Math.fround(x) : 0)))
    tf.dispose([once, twice])
    expect(tf.memory().numTensors).toBe(before)
  })
})
