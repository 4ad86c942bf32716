import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { memoryShape, toFile, toMemory } from './layout.js'

test('conv2d: [out, in, h, w] in the file, [h, w, in, out] in memory', () => {
  const shape = [2, 1, 1, 2]
  expect(memoryShape(shape, 'conv2d')).toEqual([1, 2, 1, 2])
  // File: out 0 has taps 1, 2; out 1 has taps 3, 4. Memory goes tap by tap.
  expect(Array.from(toMemory(Float32Array.from([1, 2, 3, 4]), shape, 'conv2d'))).toEqual([1, 3, 2, 4])
})

test('same: nothing moves', () => {
  const values = Float32Array.from([1, 2, 3])
  expect(memoryShape([3], 'same')).toEqual([3])
  expect(toFile(toMemory(values, [3], 'same'), [3], 'same')).toEqual(values)
})

test('there and back again, for any shape', () => {
  const size = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(fc.tuple(size, size, size, size), (shape) => {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i)
      expect(toFile(toMemory(values, shape, 'conv2d'), shape, 'conv2d')).toEqual(values)
    }),
  )
})
