import { describe, expect, jest, test } from '@jest/globals'
import { tf } from '../tf.js'
import { backendsToTry } from './backendName.js'
import { currentBackend, useBackend } from './useBackend.js'

describe('backendsToTry', () => {
  test.each([
    ['auto', undefined, ['native', 'wasm', 'cpu']],
    ['auto', '', ['native', 'wasm', 'cpu']],
    ['auto', 'wasm', ['wasm']],
    ['auto', 'auto', ['native', 'wasm', 'cpu']],
    ['cpu', 'wasm', ['cpu']],
  ] as const)('%s with TESSERA_BACKEND=%s', (request, environment, expected) => {
    expect(backendsToTry(request, environment)).toEqual(expected)
  })

  test('an unknown name is an error that names the variable', () => {
    expect(() => backendsToTry('auto', 'gpu')).toThrow(/TESSERA_BACKEND.*gpu.*native/s)
  })
})

describe('useBackend', () => {
  test('cpu computes and differentiates, without a banner', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect((await useBackend('cpu')).name).toBe('cpu')
    const gradient = tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2, 3])))
    expect(Array.from(await gradient.data())).toEqual([2, 4, 6])
    tf.dispose(gradient)
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('wasm computes, and auto then answers the backend in use', async () => {
    const info = await useBackend('wasm')
    expect(info).toMatchObject({ name: 'wasm', threads: 1 })
    const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])))
    expect(Array.from(await product.data())).toEqual([3, 3, 3, 3])
    tf.dispose(product)
    expect(await useBackend()).toBe(info)
    expect(currentBackend()).toBe(info)
  })
})
